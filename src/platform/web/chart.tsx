import { Skeleton, useComputedColorScheme, VisuallyHidden } from '@mantine/core';
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useGo } from './page.ts';

interface ChartProps {
  option: EChartsCoreOption;
  /** Pixels. */
  height?: number;
  /** The same in words or as a table, for those who do not see it. */
  alternative: ReactNode;
  /** Where a click on a point leads. */
  hrefOf?: (point: { name: string; dataIndex: number; seriesName?: string }) => string | null;
}

const palette = ['#e8532a', '#5b7f95', '#d9a13b', '#6f8f5f', '#8d6a9f', '#3f8f8a', '#a3785a'];

/** The look of all charts; the caller's option wins where it says more. */
function themed(option: EChartsCoreOption, dark: boolean): EChartsCoreOption {
  const ink = dark ? '#c9c4bd' : '#4a443d';
  const line = dark ? '#3d3832' : '#e6e1da';
  const axis = {
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    axisLabel: { color: ink },
    splitLine: { lineStyle: { color: line } },
  };
  const withAxis = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map((one) => ({ ...axis, ...one }))
      : value
        ? { ...axis, ...value }
        : undefined;
  return {
    color: palette,
    animationDuration: 250,
    textStyle: { fontFamily: 'inherit', color: ink },
    ...option,
    tooltip: {
      backgroundColor: dark ? '#2a2622' : '#ffffff',
      borderColor: line,
      textStyle: { color: ink, fontSize: 12 },
      ...((option['tooltip'] as object | undefined) ?? {}),
    },
    ...(option['xAxis'] ? { xAxis: withAxis(option['xAxis']) } : {}),
    ...(option['yAxis'] ? { yAxis: withAxis(option['yAxis']) } : {}),
  };
}

/** An ECharts chart in the console's colours, with a text for readers who cannot see it. */
export function Chart({ option, height = 240, alternative, hrefOf }: ChartProps) {
  const go = useGo();
  const dark = useComputedColorScheme('light') === 'dark';
  const place = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType | null>(null);
  useEffect(() => {
    let stopped = false;
    let made: EChartsType | undefined;
    let observer: ResizeObserver | undefined;
    void import('./chart-engine.ts').then(({ init }) => {
      if (stopped || !place.current) return;
      made = init(place.current, null, { renderer: 'svg' });
      observer = new ResizeObserver(() => made?.resize());
      observer.observe(place.current);
      setChart(made);
    });
    return () => {
      stopped = true;
      observer?.disconnect();
      made?.dispose();
      setChart(null);
    };
  }, []);
  useEffect(() => {
    chart?.setOption(themed(option, dark), { notMerge: true });
  }, [chart, option, dark]);
  useEffect(() => {
    if (!chart || !hrefOf) return;
    const open = (point: unknown) => {
      const href = hrefOf(point as { name: string; dataIndex: number; seriesName?: string });
      if (href) go(href);
    };
    chart.on('click', open);
    return () => {
      chart.off('click', open);
    };
  }, [chart, hrefOf, go]);
  return (
    <figure style={{ margin: 0 }}>
      <div style={{ position: 'relative', height }}>
        {chart === null && <Skeleton height={height} style={{ position: 'absolute' }} />}
        <div ref={place} aria-hidden="true" style={{ height, width: '100%' }} />
      </div>
      <VisuallyHidden component="figcaption">{alternative}</VisuallyHidden>
    </figure>
  );
}
