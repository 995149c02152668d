// A page whose title says what came of it.
import { shop } from "./shop.js";

shop().then((line) => (document.title = line), (error) => (document.title = String(error)));
