import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** Glowing coal: the accent, used for what one may press and for what burns. */
const ember: MantineColorsTuple = [
  '#fff2ec',
  '#ffe2d6',
  '#fcc3ad',
  '#f9a081',
  '#f5825b',
  '#f06c40',
  '#e5552a',
  '#c8431c',
  '#a93717',
  '#862b12',
];
/** Good news; green that does not shout beside the ember. */
const moss: MantineColorsTuple = [
  '#eff7ee',
  '#dfeddc',
  '#bedbb9',
  '#99c793',
  '#7ab673',
  '#66ab5e',
  '#569a4e',
  '#437f3c',
  '#356830',
  '#285224',
];
const amber: MantineColorsTuple = [
  '#fdf6e3',
  '#f9ebc6',
  '#f2d68d',
  '#ebc052',
  '#e2ab29',
  '#cf9510',
  '#b17c07',
  '#926505',
  '#755004',
  '#5b3e03',
];
const crimson: MantineColorsTuple = [
  '#fdeeee',
  '#f9dada',
  '#f0b1b1',
  '#e88585',
  '#df5c5f',
  '#d84246',
  '#c92f36',
  '#ab232b',
  '#8d1c24',
  '#70161d',
];
/** Ash: greys with a little warmth. */
const gray: MantineColorsTuple = [
  '#faf9f7',
  '#f3f1ee',
  '#e8e5e0',
  '#dbd7d0',
  '#c3beb5',
  '#a39d93',
  '#7d766c',
  '#5e584f',
  '#45403a',
  '#2c2824',
];
const dark: MantineColorsTuple = [
  '#d8d3cc',
  '#b8b2a9',
  '#9a9389',
  '#6d665d',
  '#4b453e',
  '#3a352f',
  '#2c2824',
  '#221f1b',
  '#1b1815',
  '#141210',
];

const sans = [
  '-apple-system',
  'BlinkMacSystemFont',
  '"Segoe UI"',
  '"Helvetica Neue"',
  'Arial',
  '"Hiragino Sans"',
  '"Hiragino Kaku Gothic ProN"',
  '"Yu Gothic UI"',
  '"Yu Gothic Medium"',
  'Meiryo',
  '"Noto Sans JP"',
  '"Noto Sans CJK JP"',
  'sans-serif',
].join(', ');

const overlayTitle = { fontSize: '1rem', fontWeight: 650 };

export const theme = createTheme({
  primaryColor: 'ember',
  primaryShade: { light: 7, dark: 6 },
  colors: { ember, moss, amber, crimson, gray, dark },
  white: '#ffffff',
  black: '#231f1b',
  fontFamily: sans,
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", "Noto Sans Mono CJK JP", monospace',
  headings: {
    fontFamily: sans,
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.35' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  lineHeights: { xs: '1.4', sm: '1.5', md: '1.6', lg: '1.6', xl: '1.6' },
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', checkIconPosition: 'right' } },
    MultiSelect: { defaultProps: { size: 'sm' } },
    NumberInput: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 250, withArrow: true } },
    Badge: { defaultProps: { radius: 'sm', tt: 'none' } },
    Modal: { defaultProps: { centered: true }, styles: { title: overlayTitle } },
    Drawer: { styles: { title: overlayTitle } },
    InputWrapper: { styles: { label: { marginBottom: 4 }, description: { marginBottom: 5 } } },
  },
});
