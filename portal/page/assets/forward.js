// Sends the one form of a forwarding page on its way.
document.getElementById("forward").submit();
