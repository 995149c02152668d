// A program with both.
import { serve } from "./server.js";
import { shop } from "./shop.js";

shop().then(console.log).then(serve).then(console.log);
