// English, which is the crate's.
import type { IssueCode } from "../../index";
import { ISSUE_TABLE } from "../issue-table";

export const MESSAGES = /* @__PURE__ */ Object.fromEntries(
  /* @__PURE__ */ ISSUE_TABLE.map(([code, , message]) => [code, message]),
) as Record<IssueCode, string>;
