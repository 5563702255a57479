"use strict";
exports.ListCustomersResponse$ = require("../../../schemas.js").ListCustomersResponse$;
