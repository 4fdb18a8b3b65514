import { useFormat } from '../../../platform/web/format.ts';
import { useT } from '../../../platform/web/translate.ts';
import classes from './exceptions.module.css';
import { dayAsTime } from './instants.ts';

interface TrendBarsProps {
  /** Null: nobody looked in that week; drawn as an empty frame, not as zero. */
  bars: readonly { from: string; value: number | null }[];
  text: (value: number) => string;
  /** The height of the whole; default: the highest bar. */
  most?: number;
  tone?: 'good' | 'late' | 'plain';
}

const width = 400;
const height = 130;
const foot = 18;
const head = 14;

/** Weeks as bars, each with its number where there is room. */
export function TrendBars({ bars, text, most, tone = 'good' }: TrendBarsProps) {
  const t = useT();
  const format = useFormat();
  const whole = Math.max(most ?? 0, ...bars.map(({ value }) => value ?? 0)) || 1;
  const step = width / Math.max(1, bars.length);
  const room = height - foot - head;
  const wordsOf = (value: number | null) =>
    value === null ? t('findings.measures.no-data') : text(value);
  return (
    <svg className={classes.trend} viewBox={`0 0 ${width} ${height}`} role="img">
      <title>
        {bars
          .map(({ from, value }) => `${format.date(dayAsTime(from))}: ${wordsOf(value)}`)
          .join('\n')}
      </title>
      {bars.map(({ from, value }, at) => {
        const tall = value === null ? room : Math.max(1, (room * value) / whole);
        const left = at * step + step * 0.12;
        return (
          <g key={from}>
            <rect
              className={value === null ? classes.noBar : classes.bar}
              data-tone={tone}
              x={left}
              y={head + room - tall}
              width={step * 0.76}
              height={tall}
              rx={2}
            >
              <title>{`${format.date(dayAsTime(from))}: ${wordsOf(value)}`}</title>
            </rect>
            {value !== null && bars.length <= 13 && (
              <text
                className={classes.tick}
                x={left + step * 0.38}
                y={head + room - tall - 3}
                textAnchor="middle"
              >
                {text(value)}
              </text>
            )}
            {at % Math.ceil(bars.length / 4) === 0 && (
              <text className={classes.tick} x={left} y={height - 5}>
                {format.date(dayAsTime(from))}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
