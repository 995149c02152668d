// Every error in words: what happened, and what to do about it.

import type { Issue, PaymentLinkError } from "qonto-payment-links";
import { CURRENCY } from "./draft.ts";
import { money } from "./format.ts";

export interface Words {
  title: string;
  advice: string;
}

export function wordsFor(error: PaymentLinkError): Words {
  switch (error.code) {
    case "validation":
      return { title: "The basket is not complete", advice: "Correct what is marked, then try again." };
    case "unauthorized":
      return {
        title: "Qonto did not accept the shop’s access",
        advice: "Its token has expired or is not an OAuth token. Whoever runs this site has to renew it.",
      };
    case "forbidden":
      return {
        title: "The shop may not create payment links",
        advice: "Its access lacks the permission payment_link.write. Whoever runs this site has to grant it in Qonto.",
      };
    case "not_connected":
      return {
        title: "Payment links are not connected yet",
        advice: "Connect the Qonto account to the payment provider in Qonto, under Payment links, then try again.",
      };
    case "not_found":
      return {
        title: "Payment links are not available",
        advice: "The Qonto account does not have the feature, or was never connected. Activate it in Qonto.",
      };
    case "rejected":
      return { title: "Qonto refused this basket", advice: "Whoever runs this site finds Qonto’s reason in its log." };
    case "rate_limited":
      return {
        title: "Too many requests for the moment",
        advice: error.retryAfterMs
          ? `Nothing was created. Try again in ${inWords(error.retryAfterMs)}.`
          : "Nothing was created. Wait a minute, then try again.",
      };
    case "server":
      return { title: "Qonto has a problem", advice: "The basket is kept here. Try again in a few minutes." };
    case "network":
      return { title: "The connection failed", advice: "Check that you are online, then try again." };
    case "timeout":
      return { title: "No answer came in time", advice: "The basket is kept here. Try again in a moment." };
    case "aborted":
      return { title: "The request was stopped", advice: "Try again when you are ready." };
    case "bad_answer":
      return {
        title: "The answer could not be read",
        advice: "Something between this page and Qonto answered in its place. Whoever runs this site should look.",
      };
    case "amount_mismatch":
      return {
        title: "Qonto computed another amount",
        advice: "Do not send this link: cancel it in Qonto.",
      };
    case "unavailable":
      return { title: "This page cannot make payment links", advice: "Whoever runs this site has to allow WebAssembly in it." };
  }
}

/** What somebody at a till wants to read; where that is what the package says, its message. */
export function wordsForIssue({ code, path, params, message }: Issue): string {
  switch (code) {
    case "blank":
    case "required":
      return "please fill this in";
    case "not_a_decimal":
      return params.received === "" ? "please fill this in" : message;
    case "empty_list":
      return path[0] === "items" ? "add an item" : "choose at least one way to pay";
    case "rounding_dependent": {
      const amounts = new Set(Object.values(params).map((value) => money({ value: String(value), currency: CURRENCY })));
      return `Qonto will ask for ${either.format(amounts)}, depending on where it rounds`;
    }
    default:
      return message;
  }
}

const either = new Intl.ListFormat("en", { type: "disjunction" });

function inWords(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds === 1 ? "one second" : `${seconds} seconds`;
}
