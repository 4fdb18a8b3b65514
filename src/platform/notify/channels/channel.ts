import type { ChannelTarget, ChannelType, DeliveryProblem } from '../api.ts';
import type { Message, MessageNotice } from '../wording.ts';

type TargetOf<Type extends ChannelType> = Extract<ChannelTarget, { type: Type }>;

/** How to reach it. */
interface ReachOf<Target extends ChannelTarget> {
  readonly target: Target;
  readonly secrets: Readonly<Record<string, string>>;
  readonly allowPrivate: boolean;
  readonly signal: AbortSignal;
  readonly now: Date;
}

export type Reach<Type extends ChannelType> = ReachOf<TargetOf<Type>>;

export interface Sent {
  /** It went out, but not to all. */
  readonly problem?: DeliveryProblem;
}

/** Sends a message; throws a DeliveryError when it did not arrive. */
export type MessageSender<Type extends ChannelType> = (
  message: Message,
  reach: Reach<Type>,
) => Promise<Sent>;

export interface Ticket {
  /** Null: made, but the answer did not say its number. */
  readonly id: string | null;
  readonly url: string | null;
}

/** A system that keeps matters open until somebody closes them. */
export interface TicketSystem<Type extends ChannelType> {
  open(notice: MessageNotice, message: Message, reach: Reach<Type>): Promise<Ticket>;
  /** False: there is no such ticket any more. */
  comment(id: string, message: Message, reach: Reach<Type>): Promise<boolean>;
}
