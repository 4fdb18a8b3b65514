import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { LiveNews } from '../live/live-feed.ts';

export type LiveState = 'off' | 'connecting' | 'live' | 'reconnecting';

type Listener = (news: LiveNews | 'missed') => void;

const newsListeners = new Set<Listener>();
const stateListeners = new Set<() => void>();
let state: LiveState = 'off';
let source: EventSource | null = null;
let retryTimer: ReturnType<typeof setTimeout> | undefined;
let retryDelayMs = 1000;
let wasLive = false;

function setState(next: LiveState): void {
  if (state === next) return;
  state = next;
  for (const listener of stateListeners) listener();
}

function tell(news: LiveNews | 'missed'): void {
  for (const listener of newsListeners) listener(news);
}

/** Reads one event; anything that is not news (a heartbeat, a greeting) is null. */
export function newsOf(data: string): LiveNews | null {
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value !== 'object' || value === null) return null;
    const { topic, ids } = value as { topic?: unknown; ids?: unknown };
    if (typeof topic !== 'string') return null;
    return Array.isArray(ids) ? { topic, ids: ids.map(String) } : { topic };
  } catch {
    return null;
  }
}

function connect(): void {
  clearTimeout(retryTimer);
  const opened = new EventSource('/api/live');
  source = opened;
  setState(wasLive ? 'reconnecting' : 'connecting');
  const hear = (event: MessageEvent<string>) => {
    const news = newsOf(event.data);
    if (news) tell(news);
  };
  opened.onmessage = hear;
  opened.addEventListener('news', hear);
  opened.addEventListener('resync', () => tell('missed'));
  opened.onopen = () => {
    retryDelayMs = 1000;
    // What happened while the line was down was not heard: all open pages ask again.
    if (wasLive) tell('missed');
    wasLive = true;
    setState('live');
  };
  opened.onerror = () => {
    setState('reconnecting');
    if (opened.readyState !== EventSource.CLOSED || source !== opened) return;
    // The browser gives up after a refusal (a proxy's 502, a restart): we do not.
    retryTimer = setTimeout(connect, retryDelayMs);
    retryDelayMs = Math.min(retryDelayMs * 2, 30_000);
  };
}

/** One line for the whole console, open while somebody is signed in. */
export function startLive(): () => void {
  if (source === null) connect();
  return () => {
    clearTimeout(retryTimer);
    source?.close();
    source = null;
    wasLive = false;
    setState('off');
  };
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    () => state,
  );
}

/** At most one refresh per this many milliseconds and caller. */
const throttleMs = 1500;

/**
 * Asks the queries again when something of these topics changed: `useLive(['endpoints'],
 * [['endpoints']])`. Only queries that a page is showing are fetched at once.
 */
export function useLive(topics: readonly string[], queryKeys: readonly QueryKey[]): void {
  const client = useQueryClient();
  const topicsText = topics.join('\n');
  const keysText = JSON.stringify(queryKeys);
  const lastAt = useRef(0);
  useEffect(() => {
    const wanted = new Set(topicsText.split('\n'));
    const keys = JSON.parse(keysText) as QueryKey[];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      timer = undefined;
      lastAt.current = Date.now();
      for (const queryKey of keys) void client.invalidateQueries({ queryKey });
    };
    const listener: Listener = (news) => {
      if (news !== 'missed' && !wanted.has(news.topic)) return;
      timer ??= setTimeout(refresh, Math.max(0, lastAt.current + throttleMs - Date.now()));
    };
    newsListeners.add(listener);
    return () => {
      newsListeners.delete(listener);
      clearTimeout(timer);
    };
  }, [client, topicsText, keysText]);
}
