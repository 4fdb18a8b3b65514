import { describe, expect, it } from 'vitest';
import { type LockFileKind, lockFileKindOf, lockFileKinds, parseLockFile } from './lock-file.ts';
import type { LockFileContent } from './locked-package.ts';

function read(kind: LockFileKind, text: string): LockFileContent {
  const parsed = parseLockFile(kind, text);
  if ('error' in parsed) throw new Error(`${parsed.at}: ${parsed.error}`);
  return parsed;
}

/** `name@version`, then `dev` or `?` (not told), then the line. */
function summary(kind: LockFileKind, text: string): readonly string[] {
  const { packages, skipped } = read(kind, text);
  return [
    ...packages.map(({ name, version, dev, line }) => {
      const flag = dev === true ? ' dev' : dev === null ? ' ?' : '';
      return `${name}@${version}${flag} :${line}`;
    }),
    ...skipped.map(({ name, version, reason }) => `- ${name}@${version} ${reason}`),
  ];
}

describe('package-lock.json', () => {
  it('reads versions 2 and 3: folders, aliases, workspaces, git', () => {
    const text = `{
  "lockfileVersion": 3,
  "packages": {
    "": { "name": "app" },
    "packages/own": { "name": "own", "version": "1.0.0" },
    "node_modules/own": { "resolved": "packages/own", "link": true },
    "node_modules/@babel/core": {
      "version": "7.0.0", "resolved": "https://registry.npmjs.org/@babel/core/-/core-7.0.0.tgz"
    },
    "node_modules/a/node_modules/b": {
      "version": "2.0.0", "dev": true
    },
    "node_modules/b": {
      "version": "2.0.0"
    },
    "node_modules/alias": {
      "name": "real", "version": "3.0.0"
    },
    "node_modules/fork": {
      "version": "1.0.0", "resolved": "git+ssh://git@github.com/x/fork.git#abc"
    }
  }
}`;
    expect(summary('package-lock.json', text)).toEqual([
      '@babel/core@7.0.0 :7',
      'b@2.0.0 :10',
      'real@3.0.0 :16',
      '- fork@1.0.0 not-from-registry',
    ]);
  });

  it('reads version 1: a tree', () => {
    const text = JSON.stringify({
      lockfileVersion: 1,
      dependencies: {
        a: { version: '1.0.0', dependencies: { b: { version: '2.0.0', dev: true } } },
        c: { version: 'npm:real@3.1.0' },
        d: { version: 'github:x/d#1' },
      },
    });
    expect(summary('package-lock.json', text)).toEqual([
      'a@1.0.0 :null',
      'real@3.1.0 :null',
      'b@2.0.0 dev :null',
      '- d@github:x/d#1 not-from-registry'.replace('d@github:x/d#1', 'd@null'),
    ]);
  });
});

describe('pnpm-lock.yaml', () => {
  it('reads version 9 and follows what the product needs', () => {
    const text = `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      a: { specifier: ^1, version: 1.0.0(peer@2.0.0) }
    devDependencies:
      t: { specifier: ^1, version: 1.0.0 }
packages:
  '@s/b@1.1.0':
    resolution: {integrity: sha512-x}
  a@1.0.0:
    resolution: {integrity: sha512-x}
  t@1.0.0:
    resolution: {integrity: sha512-x}
  g@https://codeload.github.com/x/g/tar.gz/abc:
    resolution: {tarball: https://codeload.github.com/x/g/tar.gz/abc}
    version: 1.0.0
snapshots:
  a@1.0.0(peer@2.0.0):
    dependencies:
      '@s/b': 1.1.0
  '@s/b@1.1.0': {}
  t@1.0.0: {}
`;
    expect(summary('pnpm-lock.yaml', text)).toEqual([
      '@s/b@1.1.0 :9',
      'a@1.0.0 :11',
      't@1.0.0 dev :13',
      '- g@null not-from-registry',
    ]);
  });

  it.each([
    ['5.4', '/@s/b/1.1.0_peer@1.0.0'],
    ['6.0', '/@s/b@1.1.0(peer@1.0.0)'],
  ])('reads the keys of version %s', (version, key) => {
    const text = `lockfileVersion: '${version}'\npackages:\n  '${key}':\n    dev: true\n`;
    expect(summary('pnpm-lock.yaml', text)).toEqual(['@s/b@1.1.0 dev :3']);
  });
});

describe('bun.lock', () => {
  it('reads packages of registries; development ones are those that nothing else needs', () => {
    const text = `{
  "lockfileVersion": 1, // the text form
  "workspaces": {
    "": {
      "name": "app",
      "dependencies": { "alias": "npm:real@^3.0.0", "b": "^1.0.0", },
      "devDependencies": { "t": "^1.0.0", "b": "^1.0.0" },
    },
    "packages/own": {
      "name": "@x/own",
      "dependencies": { "c": "^2.0.0", },
    },
  },
  "packages": {
    "@x/own": ["@x/own@workspace:packages/own"],

    "@x/own/c": ["c@2.0.0", "", {}, "sha512-c2=="],

    "alias": ["real@3.0.0", "", { "dependencies": { "@s/d": "1", } }, "sha512-r=="],

    "@s/d": ["@s/d@1.0.0", "https://npm.example/d.tgz", { "peerDependencies": { "b": "*" } }, "sha512-d=="],

    "b": ["b@1.0.0", "", { "dependencies": { "c": "^1.0.0" }, "bin": { "b": "b,}.js" } }, "sha512-b=="],

    "c": ["c@1.0.0", "", {}, "sha512-c1=="],

    "t": ["t@1.0.0", "", { "dependencies": { "u": "*" } }, "sha512-t=="],

    "u": ["u@1.0.0", "", {}, "sha512-u=="],

    "fork": ["fork@github:x/fork#abc123", {}, "x-fork-abc123"],

    "local": ["local@file:./local.tgz", {}],
  }
}
`;
    expect(summary('bun.lock', text)).toEqual([
      'c@2.0.0 :17',
      'real@3.0.0 :19',
      '@s/d@1.0.0 :21',
      'b@1.0.0 :23',
      'c@1.0.0 :25',
      't@1.0.0 dev :27',
      'u@1.0.0 dev :29',
      '- fork@null not-from-registry',
      '- local@null not-from-registry',
    ]);
  });
});

describe('yarn.lock', () => {
  it('reads version 1', () => {
    const text = `# yarn lockfile v1


"@s/b@^1.0.0", "@s/b@^1.1.0":
  version "1.1.0"
  resolved "https://registry.yarnpkg.com/@s/b/-/b-1.1.0.tgz#x"
  dependencies:
    version "^9.9.9"

alias@npm:real@^2:
  version "2.0.0"

fork@https://github.com/x/fork.git:
  version "1.0.0"
  resolved "https://github.com/x/fork.git#abc"
`;
    expect(summary('yarn.lock', text)).toEqual([
      '@s/b@1.1.0 ? :4',
      'real@2.0.0 ? :10',
      '- fork@1.0.0 not-from-registry',
    ]);
  });

  it('reads what Yarn 2 and later write', () => {
    const text = `__metadata:
  version: 8

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  linkType: soft

"typescript@patch:typescript@npm%3A^5.0.0#optional!builtin<compat/typescript>":
  version: 5.0.4
  resolution: "typescript@patch:typescript@npm%3A5.0.4#optional!builtin<compat/typescript>::version=5.0.4"
  linkType: hard

"lodash@npm:^4.17.0, lodash@npm:^4.17.21":
  version: 4.17.21
  resolution: "lodash@npm:4.17.21"
  linkType: hard
`;
    expect(summary('yarn.lock', text)).toEqual(['typescript@5.0.4 ? :9', 'lodash@4.17.21 ? :14']);
  });

  it('names the line of a merge conflict', () => {
    expect(parseLockFile('yarn.lock', '# yarn lockfile v1\n<<<<<<< HEAD\n')).toEqual({
      error: 'a merge conflict stands here',
      at: '2:1',
    });
  });
});

it('Cargo.lock: registries yes, git no, the workspace itself left out', () => {
  const text = `version = 4
[[package]]
name = "own"
version = "0.1.0"

[[package]]
name = "serde"
version = "1.0.1"
source = "registry+https://github.com/rust-lang/crates.io-index"

[[package]]
name = "fork"
version = "0.2.0"
source = "git+https://github.com/x/fork#abc"
`;
  expect(summary('Cargo.lock', text)).toEqual([
    'serde@1.0.1 ? :6',
    '- fork@0.2.0 not-from-registry',
  ]);
});

describe('Go', () => {
  it('go.mod: blocks, replacements, exclusions; the toolchain only where it is named', () => {
    const text = `module example.com/app // own
go 1.21.0
toolchain go1.22.3
require golang.org/x/net v0.7.0
require (
	github.com/a/b v1.2.3+incompatible // indirect
	example.com/old v1.0.0
	example.com/local v1.0.0
	example.com/gone v1.0.0
)
exclude example.com/gone v1.0.0
replace (
	example.com/old v1.0.0 => example.com/new v1.5.0
	example.com/local => ../local
)
`;
    expect(summary('go.mod', text)).toEqual([
      'golang.org/x/net@0.7.0 ? :4',
      'github.com/a/b@1.2.3+incompatible ? :6',
      'example.com/new@1.5.0 ? :7',
      'stdlib@1.22.3 ? :3',
      '- example.com/local@1.0.0 not-from-registry',
    ]);
  });

  it('an old go.mod says that it is not everything', () => {
    expect(summary('go.mod', 'module x\ngo 1.16\n')).toEqual([
      '- stdlib@null incomplete',
      '- (indirect)@null incomplete',
    ]);
  });

  it('go.sum: the highest version of each, not those of which only go.mod was read', () => {
    const text = `a.example/x v1.2.0 h1:aaa=
a.example/x v1.10.0 h1:bbb=
a.example/x v1.11.0/go.mod h1:ccc=
`;
    expect(summary('go.sum', text)[0]).toBe('a.example/x@1.10.0 ? :2');
  });
});

describe('Python', () => {
  it('poetry.lock: groups, the category of older versions, other sources', () => {
    const text = `[[package]]
name = "Django"
version = "3.2"
groups = ["main", "dev"]

[[package]]
name = "pytest"
version = "8.0"
category = "dev"

[[package]]
name = "fork"
version = "1.0"
[package.source]
type = "git"
url = "https://github.com/x/fork"
`;
    expect(summary('poetry.lock', text)).toEqual([
      'Django@3.2 :1',
      'pytest@8.0 dev :6',
      '- fork@1.0 not-from-registry',
    ]);
  });

  it('pdm.lock: groups, packages from elsewhere', () => {
    const text = `[metadata]
groups = ["default", "dev"]
strategy = ["inherit_metadata"]
lock_version = "4.5.0"
content_hash = "sha256:d5c1"

[[package]]
name = "certifi"
version = "2024.8.30"
requires_python = ">=3.6"
summary = "Python package for providing Mozilla's CA Bundle."
groups = ["default", "dev"]
files = [
    {file = "certifi-2024.8.30-py3-none-any.whl", hash = "sha256:922820"},
]

[[package]]
name = "pytest"
version = "8.3.3"
groups = ["dev"]

[[package]]
name = "fork"
version = "1.0"
git = "https://github.com/x/fork.git"
ref = "main"
groups = ["default"]

[[package]]
name = "own"
version = "0.1.0"
path = "./own"
editable = true
`;
    expect(summary('pdm.lock', text)).toEqual([
      'certifi@2024.8.30 :7',
      'pytest@8.3.3 ? :17',
      '- fork@1.0 not-from-registry',
      '- own@0.1.0 not-from-registry',
    ]);
  });

  it('pylock.toml: markers of groups, packages from elsewhere, names of its own', () => {
    const text = `lock-version = '1.0'
environments = ["sys_platform == 'linux'"]
requires-python = '== 3.12'
created-by = 'mousebender'
default-groups = ['main']
dependency-groups = ['main', 'test']

[[packages]]
name = 'attrs'
version = '25.1.0'
requires-python = '>=3.8'
wheels = [{ name = 'attrs-25.1.0-py3-none-any.whl', hashes = { sha256 = 'c75a' } }]

[[packages]]
name = 'cattrs'
version = '24.1.2'
marker = "'main' in dependency_groups or 'test' in dependency_groups"

[[packages]]
name = 'pytest'
version = '8.3.3'
marker = "'test' in dependency_groups"

[[packages]]
name = 'extra'
version = '1.0'
marker = "'gui' in extras and sys_platform == 'linux'"

[[packages]]
name = 'fork'
[packages.vcs]
type = 'git'
url = 'https://github.com/x/fork'
commit-id = 'abc'

[[packages]]
name = 'unpinned'
sdist = { name = 'unpinned.tar.gz', hashes = { sha256 = 'x' } }
`;
    expect(summary('pylock.toml', text)).toEqual([
      'attrs@25.1.0 :8',
      'cattrs@24.1.2 :14',
      'pytest@8.3.3 dev :19',
      'extra@1.0 ? :24',
      '- fork@null not-from-registry',
      '- unpinned@null not-pinned',
    ]);
    expect(lockFileKindOf('pylock.production.toml')).toBe('pylock.toml');
    expect(lockFileKindOf('pylock.a.b.toml')).toBeNull();
  });

  it('uv.lock: what the project needs without its development groups', () => {
    const text = `version = 1
[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
dependencies = [{ name = "a" }]
[package.dev-dependencies]
dev = [{ name = "t" }]

[[package]]
name = "a"
version = "1.0"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "b" }]

[[package]]
name = "b"
version = "2.0"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "t"
version = "3.0"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "g"
version = "1.0"
source = { git = "https://github.com/x/g" }
`;
    expect(summary('uv.lock', text)).toEqual([
      'a@1.0 :10',
      'b@2.0 :16',
      't@3.0 dev :21',
      '- g@1.0 not-from-registry',
    ]);
  });

  it('Pipfile.lock', () => {
    const text = JSON.stringify(
      {
        _meta: {},
        default: { django: { version: '==3.2' }, loose: { version: '*' } },
        develop: { pytest: { version: '==8.0' }, fork: { git: 'https://x/y.git' } },
      },
      null,
      2,
    );
    expect(summary('Pipfile.lock', text)).toEqual([
      'django@3.2 :4',
      'pytest@8.0 dev :12',
      '- loose@null not-pinned',
      '- fork@null not-from-registry',
    ]);
  });

  it('requirements.txt: only what is pinned has a version', () => {
    const text = `# comment
--index-url https://pypi.example/simple
Django[argon2] == 3.2.1 ; python_version >= "3.8"  # why
pillow==9.0.0 \\
    --hash=sha256:aaa \\
    --hash=sha256:bbb
requests>=2,<3
wild==1.*
bare
direct @ https://example.com/direct-1.0.tar.gz
-e git+https://github.com/x/y#egg=editable
./local
-r more/other.txt
`;
    expect(summary('requirements.txt', text)).toEqual([
      'Django@3.2.1 ? :3',
      'pillow@9.0.0 ? :4',
      '- requests@null not-pinned',
      '- wild@null not-pinned',
      '- bare@null not-pinned',
      '- direct@null not-from-registry',
      '- editable@null not-from-registry',
      '- ./local@null not-from-registry',
    ]);
    expect(read('requirements.txt', text).includes).toEqual([{ path: 'more/other.txt', line: 13 }]);
  });
});

it('Gemfile.lock: the platform is no part of the version', () => {
  const text = `GIT
  remote: https://github.com/x/fork
  specs:
    fork (1.0)

PATH
  remote: .
  specs:
    own (0.1)

GEM
  remote: https://rubygems.org/
  specs:
    nokogiri (1.15.4-x86_64-linux)
      racc (~> 1.4)
    racc (1.7.1)

PLATFORMS
  x86_64-linux
`;
  expect(summary('Gemfile.lock', text)).toEqual([
    'nokogiri@1.15.4 ? :14',
    'racc@1.7.1 ? :16',
    '- fork@1.0 not-from-registry',
  ]);
});

it('composer.lock', () => {
  const text = `{
  "packages": [
    {
      "name": "symfony/http-kernel",
      "version": "v5.4.1"
    },
    { "name": "x/branch", "version": "dev-main" }
  ],
  "packages-dev": [
    {
      "name": "phpunit/phpunit",
      "version": "9.5.0"
    }
  ]
}`;
  expect(summary('composer.lock', text)).toEqual([
    'symfony/http-kernel@5.4.1 :4',
    'phpunit/phpunit@9.5.0 dev :11',
    '- x/branch@dev-main not-pinned',
  ]);
});

it('gradle.lockfile and lockfile.json of maven-lockfile', () => {
  const gradle = `# comment
org.a:b:1.0=compileClasspath,testRuntimeClasspath
org.c:t:2.0=testCompileClasspath,testRuntimeClasspath
empty=annotationProcessor
`;
  expect(summary('gradle.lockfile', gradle)).toEqual(['org.a:b@1.0 :2', 'org.c:t@2.0 dev :3']);
  const maven = JSON.stringify({
    lockFileVersion: 1,
    dependencies: [
      {
        groupId: 'org.a',
        artifactId: 'b',
        version: '1.0',
        scope: 'compile',
        children: [
          { groupId: 'org.c', artifactId: 'd', version: '2.0', scope: 'test', children: [] },
          { groupId: 'org.c', artifactId: 'e', version: '2.0', included: false, children: [] },
        ],
      },
    ],
  });
  expect(summary('lockfile.json', maven)).toEqual(['org.a:b@1.0 :null', 'org.c:d@2.0 dev :null']);
});

it('packages.lock.json of NuGet', () => {
  const text = `{
  "version": 1,
  "dependencies": {
    "net8.0": {
      "Newtonsoft.Json": {
        "type": "Direct", "requested": "[12.0.1, )", "resolved": "12.0.1"
      },
      "own": { "type": "Project" }
    }
  }
}`;
  expect(summary('packages.lock.json', text)).toEqual(['Newtonsoft.Json@12.0.1 ? :5']);
});

describe('hostile and broken files end with a place', () => {
  it.each`
    because                   | kind                   | text                                          | error                    | at
    ${'broken JSON'}          | ${'package-lock.json'} | ${'{\n  "packages": {,}\n}'}                  | ${'not JSON'}            | ${'2:16'}
    ${'JSON of another kind'} | ${'package-lock.json'} | ${'{"name": "x"}'}                            | ${'not a package-lock'}  | ${'$'}
    ${'no version'}           | ${'bun.lock'}          | ${'{}'}                                       | ${'not a bun.lock'}      | ${'$'}
    ${'two commas'}           | ${'bun.lock'}          | ${'{\n  "a": 1,, }'}                          | ${'not JSON'}            | ${/^2:/}
    ${'no lock version'}      | ${'pylock.toml'}       | ${'a = 1'}                                    | ${'not a pylock.toml'}   | ${'$'}
    ${'a later version'}      | ${'pylock.toml'}       | ${'lock-version = "2.0"'}                     | ${'is not known'}        | ${'$.lock-version'}
    ${'no packages'}          | ${'pdm.lock'}          | ${'a = 1'}                                    | ${'not a pdm.lock'}      | ${'$'}
    ${'a list'}               | ${'composer.lock'}     | ${'[]'}                                       | ${'an object'}           | ${'$'}
    ${'broken YAML'}          | ${'pnpm-lock.yaml'}    | ${"lockfileVersion: '9'\npackages: {a: [}\n"} | ${'not YAML'}            | ${/^2:/}
    ${'a billion laughs'}     | ${'pnpm-lock.yaml'}    | ${laughs()}                                   | ${'aliases are not'}     | ${'1:1'}
    ${'deep flow YAML'}       | ${'pnpm-lock.yaml'}    | ${`a: ${'['.repeat(100_000)}`}                | ${'nested too deeply'}   | ${/^1:/}
    ${'deep block YAML'}      | ${'pnpm-lock.yaml'}    | ${deepBlocks()}                               | ${'nested too deeply'}   | ${/:1$/}
    ${'broken TOML'}          | ${'Cargo.lock'}        | ${'[[package]]\nname = \n'}                   | ${'not TOML'}            | ${/^2:/}
    ${'deep TOML'}            | ${'Cargo.lock'}        | ${`a = ${'['.repeat(100_000)}`}               | ${/not TOML|too deeply/} | ${/:/}
    ${'no hash'}              | ${'go.sum'}            | ${'a v1.0.0 nothing\n'}                       | ${'is expected'}         | ${'1:1'}
    ${'no module'}            | ${'go.mod'}            | ${'<html>'}                                   | ${'not a go.mod'}        | ${'1:1'}
    ${'no section'}           | ${'Gemfile.lock'}      | ${'hello'}                                    | ${'not a Gemfile.lock'}  | ${'1:1'}
    ${'no coordinates'}       | ${'gradle.lockfile'}   | ${'a=b'}                                      | ${'is expected'}         | ${'1:1'}
  `('$because', ({ kind, text, error, at }) => {
    const parsed = parseLockFile(kind, text);
    expect(parsed).toMatchObject({
      error:
        error instanceof RegExp ? expect.stringMatching(error) : expect.stringContaining(error),
      at: at instanceof RegExp ? expect.stringMatching(at) : at,
    });
  });

  it('what is not a text or an object is nobody’s package', () => {
    const text = '{"packages": {"node_modules/a": 7, "node_modules/b": {"version": 1}}}';
    expect(summary('package-lock.json', text)).toEqual([
      '- a@null not-pinned',
      '- b@null not-pinned',
    ]);
  });

  it('no reader throws for any of the texts above', () => {
    const texts = [
      '',
      '{}',
      '[]',
      'null',
      '\0',
      '[[package]]',
      'a: *b',
      laughs(),
      '{"packages":[]}',
    ];
    for (const kind of lockFileKinds) {
      for (const text of texts) expect(() => parseLockFile(kind, text)).not.toThrow();
    }
  });
});

function laughs(): string {
  const lines = ["lockfileVersion: '9'", 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let at = 1; at < 12; at += 1) {
    const aliases = Array.from({ length: 10 }, () => `*a${at - 1}`).join(', ');
    lines.push(`a${at}: &a${at} [${aliases}]`);
  }
  return `${lines.join('\n')}\n`;
}

function deepBlocks(): string {
  return Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('');
}

it('lock files are found by name', () => {
  expect(lockFileKindOf('requirements-dev.txt')).toBe('requirements.txt');
  expect(lockFileKindOf('dev-requirements.txt')).toBe('requirements.txt');
  expect(lockFileKindOf('settings-gradle.lockfile')).toBe('gradle.lockfile');
  expect(lockFileKindOf('constructor')).toBeNull();
  expect(lockFileKindOf('readme.txt')).toBeNull();
});
