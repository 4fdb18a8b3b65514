import { messages } from './messages.ts';
import type { WebModule } from './page.ts';

/** The words of the shell itself and of the problems that any request can meet. */
export const shellWeb: WebModule = { name: 'shell', pages: [], messages };
