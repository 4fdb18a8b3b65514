import { describe, expect, it } from 'vitest';
import { versFromNative } from './native.ts';

describe('versFromNative, npm', () => {
  // Source: VERS specification, types/npm-definition.json and tests/npm_range_from_native_test.json.
  it.each`
    native                                                         | vers
    ${'^1.1.7 || >= 2.0.1'}                                        | ${'vers:npm/>=1.1.7|<2.0.0|>=2.0.1'}
    ${'~1.6.5 || >=1.7.2'}                                         | ${'vers:npm/>=1.6.5|<1.7.0|>=1.7.2'}
    ${'*'}                                                         | ${'vers:npm/*'}
    ${'2.1.4'}                                                     | ${'vers:npm/2.1.4'}
    ${'>=2.0.0 <=4.0.4'}                                           | ${'vers:npm/>=2.0.0|<=4.0.4'}
    ${'=3.0.0-rc.1'}                                               | ${'vers:npm/3.0.0-rc.1'}
    ${'<0.0.0'}                                                    | ${'vers:npm/<0.0.0'}
    ${'<=99.999.99999'}                                            | ${'vers:npm/<=99.999.99999'}
    ${'>= 1.1'}                                                    | ${'vers:npm/>=1.1.0'}
    ${'>0.12.7'}                                                   | ${'vers:npm/>0.12.7'}
    ${'>= 2.0.1 <3.0.2'}                                           | ${'vers:npm/>=2.0.1|<3.0.2'}
    ${'<1.6.6 || < 2.2.4 > 2.0.0'}                                 | ${'vers:npm/<1.6.6|>2.0.0|<2.2.4'}
    ${'<= 2.15.0 || >= 3.0.0 <= 3.8.2'}                            | ${'vers:npm/<=2.15.0|>=3.0.0|<=3.8.2'}
    ${'>=1.5.2 || >=1.4.11 <1.5.0 || >=1.3.2 <1.4.0'}              | ${'vers:npm/>=1.3.2|<1.4.0|>=1.4.11|<1.5.0|>=1.5.2'}
    ${'>=3.0.0-beta.7 || >=2.0.8 <3.0.0-beta.1 || >=1.8.8 <2.0.0'} | ${'vers:npm/>=1.8.8|<2.0.0|>=2.0.8|<3.0.0-beta.1|>=3.0.0-beta.7'}
    ${'1.2.x'}                                                     | ${'vers:npm/>=1.2.0|<1.3.0'}
    ${'5.0.0 - 7.2.3'}                                             | ${'vers:npm/>=5.0.0|<=7.2.3'}
  `('$native', ({ native, vers }) => {
    expect(versFromNative('npm', native)).toBe(vers);
  });

  // Source: node-semver, README, "Advanced Range Syntax".
  it.each`
    native             | vers
    ${''}              | ${'vers:npm/*'}
    ${'1.2.3 - 2.3'}   | ${'vers:npm/>=1.2.3|<2.4.0'}
    ${'1.2.3 - 2'}     | ${'vers:npm/>=1.2.3|<3.0.0'}
    ${'1.2 - 2.3.4'}   | ${'vers:npm/>=1.2.0|<=2.3.4'}
    ${'1.x'}           | ${'vers:npm/>=1.0.0|<2.0.0'}
    ${'1'}             | ${'vers:npm/>=1.0.0|<2.0.0'}
    ${'~1.2'}          | ${'vers:npm/>=1.2.0|<1.3.0'}
    ${'~1'}            | ${'vers:npm/>=1.0.0|<2.0.0'}
    ${'~1.2.3-beta.2'} | ${'vers:npm/>=1.2.3-beta.2|<1.3.0'}
    ${'^0.2.3'}        | ${'vers:npm/>=0.2.3|<0.3.0'}
    ${'^0.0.3'}        | ${'vers:npm/>=0.0.3|<0.0.4'}
    ${'^1.2.x'}        | ${'vers:npm/>=1.2.0|<2.0.0'}
    ${'^0.0'}          | ${'vers:npm/>=0.0.0|<0.1.0'}
    ${'^0.x'}          | ${'vers:npm/>=0.0.0|<1.0.0'}
    ${'>1.2'}          | ${'vers:npm/>=1.3.0'}
    ${'<=1.2'}         | ${'vers:npm/<1.3.0'}
    ${'^1.9.9'}        | ${'vers:npm/>=1.9.9|<2.0.0'}
    ${'~1.9.9'}        | ${'vers:npm/>=1.9.9|<1.10.0'}
  `('$native', ({ native, vers }) => {
    expect(versFromNative('npm', native)).toBe(vers);
  });

  it.each`
    because                                | native                  | vers
    ${'neighbours become one'}             | ${'2.0.x || 2.1.x'}     | ${'vers:npm/>=2.0.0|<2.2.0'}
    ${'the widest of alternatives counts'} | ${'<2.0.18 || <3.0.16'} | ${'vers:npm/<3.0.16'}
    ${'overlaps become one'}               | ${'^3.0.16 || ^3.1.6'}  | ${'vers:npm/>=3.0.16|<4.0.0'}
    ${'a minimum with an x is a minimum'}  | ${'>= 2.2.x'}           | ${'vers:npm/>=2.2.0'}
  `('says the same: $because', ({ native, vers }) => {
    expect(versFromNative('npm', native)).toBe(vers);
  });

  it.each(['foo', '>=1.0.0 <1.0.0', '1.0.0 || latest', '^1.2.3.4'])('refuses %j', (native) => {
    expect(versFromNative('npm', native)).toEqual({
      error: expect.any(String),
      at: expect.any(Number),
    });
  });
});

describe('versFromNative, others', () => {
  // Source: VERS specification, tests/{gem,pypi,nuget}_range_from_native_test.json.
  it.each`
    notation   | native              | vers
    ${'gem'}   | ${'~>2.0.8'}        | ${'vers:gem/>=2.0.8|<2.1'}
    ${'pypi'}  | ${'>= 1.0'}         | ${'vers:pypi/>=1.0'}
    ${'pypi'}  | ${'<2.1.0'}         | ${'vers:pypi/<2.1.0'}
    ${'pypi'}  | ${'!=5'}            | ${'vers:pypi/!=5'}
    ${'nuget'} | ${'[1.0.0, 2.0.0)'} | ${'vers:nuget/>=1.0.0|<2.0.0'}
  `('$notation $native (spec)', ({ notation, native, vers }) => {
    expect(versFromNative(notation, native)).toBe(vers);
  });

  it.each`
    notation   | native                   | vers
    ${'gem'}   | ${'~> 2'}                | ${'vers:gem/>=2|<3'}
    ${'gem'}   | ${'>= 1.0, != 1.5, < 2'} | ${'vers:gem/>=1.0|!=1.5|<2'}
    ${'pypi'}  | ${'~=2.2'}               | ${'vers:pypi/>=2.2|<3.dev0'}
    ${'pypi'}  | ${'==1.2.*'}             | ${'vers:pypi/>=1.2.dev0|<1.3.dev0'}
    ${'pypi'}  | ${'==1.2'}               | ${'vers:pypi/1.2'}
    ${'nuget'} | ${'1.0'}                 | ${'vers:nuget/>=1.0'}
    ${'nuget'} | ${'(,1.0]'}              | ${'vers:nuget/<=1.0'}
    ${'nuget'} | ${'[1.0]'}               | ${'vers:nuget/1.0'}
    ${'maven'} | ${'(,1.0],[1.2,)'}       | ${'vers:maven/<=1.0|>=1.2'}
    ${'maven'} | ${'(,1.1),(1.1,)'}       | ${'vers:maven/!=1.1'}
  `('$notation $native', ({ notation, native, vers }) => {
    expect(versFromNative(notation, native)).toBe(vers);
  });

  it.each([
    ['maven', '[1.0'],
    ['maven', '(1.0)'],
    ['nuget', '[2.0,1.0]'],
    ['pypi', '=== 1.0'],
    ['gem', '~> foo'],
  ] as const)('refuses %s %j', (notation, native) => {
    expect(versFromNative(notation, native)).toEqual({
      error: expect.any(String),
      at: expect.any(Number),
    });
  });
});
