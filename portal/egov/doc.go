// Package egov reads 公文書, the official documents that Japan's e-Gov hands out as XML with a stylesheet: bytes in, values
// out, no file, no network, no clock.
package egov
