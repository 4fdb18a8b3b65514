import type { ChannelType } from '../api.ts';
import { DeliveryError } from '../delivery-error.ts';
import type { Message, MessageNotice } from '../wording.ts';
import type { MessageSender, Reach, TicketSystem } from './channel.ts';
import { sendMail } from './mail.ts';
import { backlog, github, jira, serviceNow } from './tickets.ts';
import { sendSigned, sendToSlack, sendToTeams } from './webhooks.ts';

const messageSenders = {
  mail: sendMail,
  slack: sendToSlack,
  teams: sendToTeams,
  webhook: sendSigned,
};
const ticketSystems = { jira, servicenow: serviceNow, github, backlog };

/** The one that sends messages to this type of channel; undefined: it makes tickets. */
export function messageSender(type: ChannelType): MessageSender<ChannelType> | undefined {
  return (messageSenders as Partial<Record<ChannelType, unknown>>)[type] as
    | MessageSender<ChannelType>
    | undefined;
}

/** The one that makes tickets with this type of channel. */
export function ticketSystem(type: ChannelType): TicketSystem<ChannelType> | undefined {
  return (ticketSystems as Partial<Record<ChannelType, unknown>>)[type] as
    | TicketSystem<ChannelType>
    | undefined;
}

/** Sends one notice, or opens a ticket for it, as the test of a channel. */
export async function sendTest(
  notice: MessageNotice,
  message: Message,
  reach: Reach<ChannelType>,
): Promise<void> {
  const sender = messageSender(reach.target.type);
  if (sender) {
    const { problem } = await sender(message, reach);
    if (problem) throw new DeliveryError(problem.code, problem.detail);
    return;
  }
  await ticketSystem(reach.target.type)?.open(notice, message, reach);
}
