import { describe, expect, it } from 'vitest';
import { createVersionFilter, parseSoftwareTerm } from './software-term.ts';

describe('a term of software', () => {
  it.each<[because: string, term: string, source: string, installed: string, fits: boolean]>([
    [
      'a revision that was not written is not compared',
      'x<=3.0.13',
      'deb',
      '3.0.13-1~deb12u1',
      true,
    ],
    ['so it is not newer either', 'x>3.0.13', 'deb', '3.0.13-1', false],
    ['written, it is', 'x<3.0.13-2', 'deb', '3.0.13-1', true],
    ['an epoch that was not written is not compared', 'x<9.6', 'deb', '1:9.2p1-2', true],
    ['written, it is', 'x<2:1', 'deb', '1:9.2p1-2', true],
    ['a tilde sorts before the end', 'x<1.0-1', 'deb', '1.0-1~rc1', true],
    ['rpm with its release', 'x<5.1.8-7', 'rpm', '5.1.8-6.el9', true],
    ['rpm without', 'x>=5.1.8', 'rpm', '5.1.8-6.el9', true],
    ['numbers, not text', 'x<1.10', 'npm', '1.9.0', true],
    ['Python pre-releases come first', 'x<2.0', 'python', '2.0rc1', true],
    ['a post release comes after', 'x>2.0', 'python', '2.0.post1', true],
    ['programs by numbers', 'x<131.0.2', 'windows-program', '131.0.1', true],
    ['several limits hold together', 'x>=2.0,<2.17', 'npm', '2.14.1', true],
    ['or not at all', 'x>=2.0,<2.17', 'npm', '2.17.0', false],
    ['no version is neither older', 'x<2', 'windows-program', '', false],
    ['nor newer', 'x>=0', 'windows-program', '', false],
    ['a limit that is no version fits nothing', 'x<2', 'npm', 'latest', false],
    ['equal by the rule, not by letter', 'x=1.0', 'python', '1.0.0', true],
    ['a pattern is of letters', 'x=3.0.*', 'deb', '3.0.11-1', true],
    ['in which a point is a point', 'x=3.0.*', 'deb', '3x0.11-1', false],
  ])('%s: %s', (_, text, source, installed, fits) => {
    const { name, limits } = parseSoftwareTerm(text)!;
    expect(name).toBe('x');
    expect(createVersionFilter(limits)(source, installed)).toBe(fits);
  });

  it.each([
    '',
    '<3',
    'x<',
    'x<3,',
    'x<3,4',
    'x<>3',
    'x<1 2',
    `x${',<1'.repeat(9)}`.replace(',', ''),
  ])('cannot be read: %s', (text) => expect(parseSoftwareTerm(text)).toBeUndefined());
});
