import { Anchor, type AnchorProps } from '@mantine/core';
import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react';
import { useGo } from './page.ts';

/** Opens an address of the console without reloading, unless the reader asks for a new tab. */
export function useLinkClick(): (event: MouseEvent<HTMLAnchorElement>) => void {
  const go = useGo();
  return (event) => {
    const { currentTarget } = event;
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (event.defaultPrevented || event.button !== 0 || elsewhere) return;
    if (currentTarget.origin !== window.location.origin || currentTarget.target) return;
    event.preventDefault();
    go(`${currentTarget.pathname}${currentTarget.search}${currentTarget.hash}`);
  };
}

type AppLinkProps = AnchorProps &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps | 'onClick'> & {
    href: string;
    children: ReactNode;
  };

/** A link within the console. */
export function AppLink({ href, children, ...rest }: AppLinkProps) {
  const onClick = useLinkClick();
  return (
    <Anchor
      href={href}
      onClick={onClick}
      underline="hover"
      inherit={rest.size === undefined}
      {...rest}
    >
      {children}
    </Anchor>
  );
}
