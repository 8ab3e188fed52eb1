import htmx from "htmx.org"; htmx;
