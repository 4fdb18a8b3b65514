import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import '../../platform/web/global.css';
import { startConsole } from '../../platform/web/console-app.tsx';
import { webModules } from './modules.ts';

// Before the first paint: the colours the reader chose, lest a dark room be lit up for a moment.
const chosen = localStorage.getItem('mantine-color-scheme-value');
const dark =
  chosen === 'dark' ||
  (chosen !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');

const place = document.getElementById('console');
if (place) startConsole(webModules, place);
