import * as m from "maplibre-gl"; m;
