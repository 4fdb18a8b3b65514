import {
  acceptCompletion,
  autocompletion,
  type Completion,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { SQLDialect, SQLite, type SQLNamespace, sql } from '@codemirror/lang-sql';
import {
  bracketMatching,
  defaultHighlightStyle,
  HighlightStyle,
  syntaxHighlighting,
} from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { type Language, useLanguage, useT } from '../../../platform/web/translate.ts';
import type { OsqueryTable } from '../api.ts';
import type { SqlMark } from './sql-marks.ts';

export interface SqlEditorProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
  hint?: string;
  tables: readonly OsqueryTable[];
  marks: readonly SqlMark[];
  /** Ctrl+Enter (Command+Enter on a Mac). */
  onSubmit: () => void;
}

/** The library's own colours are for white paper: the same tokens in those of both our schemes. */
const colors: Readonly<Record<string, string>> = {
  '#708': 'light-dark(#8a2b7c, #d9a0d0)',
  '#219': 'light-dark(#2b4b9b, #9fb6ea)',
  '#164': 'light-dark(#1d6b43, #8fcca8)',
  '#a11': 'light-dark(#a3361a, #f0a285)',
  '#e40': 'light-dark(#a3361a, #f0a285)',
  '#085': 'light-dark(#1f6a66, #86cdc8)',
  '#940': 'light-dark(#7d766c, #9a9389)',
  '#f00': 'light-dark(#c92f36, #e88585)',
};
const highlighting = HighlightStyle.define(
  defaultHighlightStyle.specs.map((spec) => {
    const color = colors[String(spec['color'])];
    return color === undefined ? spec : { ...spec, color };
  }),
);

const appearance = EditorView.theme({
  '&': {
    fontSize: '0.84375rem',
    border: '1px solid var(--mantine-color-default-border)',
    borderRadius: 'var(--mantine-radius-md)',
    backgroundColor: 'var(--mantine-color-default)',
    overflow: 'hidden',
  },
  '&.cm-focused': {
    outline: '2px solid var(--mantine-color-ember-filled)',
    outlineOffset: '-1px',
  },
  '.cm-scroller': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    lineHeight: '1.6',
    minHeight: '150px',
    maxHeight: '46vh',
    overflow: 'auto',
  },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--mantine-color-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-gutters': {
    backgroundColor: 'transparent',
    color: 'var(--mantine-color-dimmed)',
    border: 'none',
  },
  '.cm-placeholder': { color: 'var(--mantine-color-placeholder)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'light-dark(#f9d9c9, #5a3a2c)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--yojin-card)',
    border: '1px solid var(--yojin-line)',
    borderRadius: 'var(--mantine-radius-sm)',
    boxShadow: 'var(--mantine-shadow-md)',
    color: 'var(--mantine-color-text)',
    maxWidth: '520px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--mantine-font-family-monospace)',
    maxHeight: '16em',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--mantine-color-ember-filled)',
    color: '#fff',
  },
  '.cm-completionDetail': {
    fontStyle: 'normal',
    opacity: '0.75',
    marginLeft: '0.9em',
  },
  '.cm-completionInfo': {
    fontFamily: 'var(--mantine-font-family)',
    fontSize: 'var(--mantine-font-size-xs)',
    padding: '8px 10px',
    maxWidth: '300px',
  },
  '.cm-diagnostic': { fontFamily: 'var(--mantine-font-family)', padding: '6px 10px' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--mantine-color-crimson-filled)' },
  '.cm-diagnostic-warning': { borderLeft: '4px solid var(--mantine-color-amber-filled)' },
  '.cm-diagnosticAction': {
    backgroundColor: 'var(--yojin-track)',
    color: 'var(--mantine-color-text)',
    marginTop: '4px',
  },
});

/** The words that the editor itself says. */
const phrases: Record<Language, Record<string, string>> = {
  en: {},
  ja: {
    Completions: '入力候補',
    Diagnostics: '指摘',
    'No diagnostics': '指摘はありません',
    close: '閉じる',
    'Control character': '制御文字',
    'Fold line': '行を折りたたむ',
    'folded code': '折りたたんだ部分',
    'current match': '現在の一致',
  },
};

/**
 * What a SELECT of SQLite is made of. The library's list has the words of all of SQL and of SQLite's
 * shell, among them many names of columns: path, system, user, year.
 */
const dialect = SQLDialect.define({
  ...SQLite.spec,
  keywords:
    'all and as asc between by case cast collate cross current_date current_time ' +
    'current_timestamp desc distinct else end escape except exists explain false filter first ' +
    'following from full glob group having in inner intersect is isnull join last left like limit ' +
    'match materialized natural not notnull null nulls offset on or order outer over partition ' +
    'preceding range recursive regexp right row rows select then true unbounded union using ' +
    'values when where window with',
  types: 'bigint blob double integer real text',
  builtin: '',
});

const platformLabels = { linux: 'Linux', darwin: 'macOS', windows: 'Windows' } as const;

/** Tables and their columns, as completion wants them. */
export function namespaceOf(tables: readonly OsqueryTable[]): SQLNamespace {
  return Object.fromEntries(
    tables.map((table) => {
      const self: Completion = {
        label: table.name,
        type: 'type',
        detail: table.platforms.map((name) => platformLabels[name]).join(' '),
        // Of those that begin alike first the ones that most endpoints have, then the short ones.
        boost: Math.max(-99, table.platforms.length * 10 - table.name.length),
        ...(table.description ? { info: table.description } : {}),
      };
      const children = table.columns.map(
        (column): Completion => ({
          label: column.name,
          type: 'property',
          detail: column.required ? `${column.type} *` : column.type,
        }),
      );
      return [table.name, { self, children }];
    }),
  );
}

/**
 * An editor for statements: completion of tables and columns, problems marked at their place. Tab
 * leaves it, as any field; Escape closes the completion.
 */
export function SqlEditor(props: SqlEditorProps) {
  const { value, label, hint = '', tables, marks } = props;
  const t = useT();
  const language = useLanguage();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const latest = useRef(props);
  latest.current = props;
  const parts = useRef({
    schema: new Compartment(),
    words: new Compartment(),
  });

  useEffect(() => {
    if (place.current === null) return;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          Prec.highest(
            keymap.of([
              {
                key: 'Mod-Enter',
                run: () => {
                  latest.current.onSubmit();
                  return true;
                },
              },
              { key: 'Tab', run: acceptCompletion },
            ]),
          ),
          lineNumbers(),
          lintGutter(),
          highlightSpecialChars(),
          history(),
          drawSelection(),
          bracketMatching(),
          // By how they begin only: letters found anywhere would fit the name of any column.
          autocompletion({ icons: false, filterStrict: true }),
          syntaxHighlighting(highlighting),
          keymap.of([...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
          EditorView.lineWrapping,
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            const text = update.state.doc.toString();
            if (text !== latest.current.value) latest.current.onChange(text);
          }),
          parts.current.schema.of([]),
          parts.current.words.of([]),
          appearance,
        ],
      }),
    });
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
    };
  }, []);

  useEffect(() => {
    const { current } = view;
    if (current === null || current.state.doc.toString() === value) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    view.current?.dispatch({
      effects: parts.current.schema.reconfigure(
        sql({ dialect, schema: namespaceOf(tables), upperCaseKeywords: false }),
      ),
    });
  }, [tables]);

  useEffect(() => {
    view.current?.dispatch({
      effects: parts.current.words.reconfigure([
        EditorState.phrases.of(phrases[language]),
        EditorView.contentAttributes.of({
          'aria-label': label,
          'aria-multiline': 'true',
          spellcheck: 'false',
          autocapitalize: 'off',
        }),
        placeholder(hint),
      ]),
    });
  }, [language, label, hint]);

  useEffect(() => {
    const { current } = view;
    if (current === null) return;
    const end = current.state.doc.length;
    const diagnostics = marks.map(
      (mark): Diagnostic => ({
        from: Math.min(mark.from, end),
        to: Math.min(mark.to, end),
        severity: mark.level,
        message: mark.text[language],
        actions: mark.nearest.slice(0, 3).map((word) => ({
          name: t('questions.editor.replace', { word }),
          apply: (editor, from, to) => editor.dispatch({ changes: { from, to, insert: word } }),
        })),
      }),
    );
    current.dispatch(setDiagnostics(current.state, diagnostics));
  }, [marks, language, t]);

  return <div ref={place} data-editor="sql" />;
}
