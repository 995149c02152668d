// The one function of `qonto-payment-links/messages/xx`; it needs no WebAssembly.
import type { IssueCode } from "../index";
import type { message as declared } from "../messages";
import { MESSAGES } from "#messages";
import { render } from "./render";

export const message: typeof declared = ({ code, params, message }) =>
  // An issue may come from a Worker with a newer version, and have a code that this one does not know.
  Object.hasOwn(MESSAGES, code) ? render(MESSAGES[code as IssueCode], params) : (message ?? code);
