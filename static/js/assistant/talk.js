/** What is said to the server: visitors have a door of their own, which knows nothing but what is everybody's. */
import { post } from "../core/api.js";

export const PERSON = "I would like to talk to a person.";
const VISITOR = [
  "Call your support desk: you get a 6-digit code on the phone, and type it on this page.",
  "Or sign in, if you have an account: then a ticket can be opened for you here.",
];

/** Ask; resolves to the conversation's id and the line to show. */
export async function ask(message, sessionId, { isVisitor, isStaff }) {
  const reply = await post(path(isVisitor, isVisitor ? "" : "/chat"), { message, session_id: sessionId });
  return { sessionId: reply.session_id, line: lineOf(reply, { isVisitor, isStaff }) };
}

/** Say whether an answer helped. */
export function rate({ messageId }, sessionId, helpful, { isVisitor }) {
  return post(path(isVisitor, "/feedback"), { message_id: messageId, session_id: sessionId, helpful });
}

function path(isVisitor, rest) {
  return `/api/${isVisitor ? "portal/chat" : "chatbot"}${rest}`;
}

function lineOf(reply, { isVisitor, isStaff }) {
  const [source] = reply.sources || [];
  return {
    text: reply.text,
    messageId: reply.message_id,
    source: source ? (source.kind === "faq" ? source.question : "a ticket that was solved before") : "",
    others: (reply.suggestions || []).filter((each) => each.kind === "faq").map((each) => each.question),
    link: reply.ticket_id ? { href: `${isStaff ? "" : "/my"}/tickets/${reply.ticket_id}`, label: `Open ticket ${reply.ticket_id}` } : null,
    choices: reply.needs_sign_in && isVisitor ? VISITOR : null,
    canRate: Boolean(source) && !reply.was_escalated,
  };
}
