// What pages add where scripts run. Everything here has a way without it.
import "./copy.js";
import { enliven, everywhere } from "./enliven.js";

everywhere();
enliven();
