/** Where an installed agent has its parts. */
export const places = {
  library: '/usr/lib/yojin-agent',
  program: '/usr/lib/yojin-agent/bin/yojin-agent',
  settings: '/etc/yojin-agent',
  state: '/var/lib/yojin-agent',
  unit: '/usr/lib/systemd/system/yojin-agent.service',
} as const;

/**
 * The systemd unit. Package managers run as children of the agent, so nothing may be set here that
 * keeps them from their work: no mount namespace (mounts of maintainer scripts must reach the
 * machine), no NoNewPrivileges, no RestrictSUIDSGID, no limit to the native architecture, no device
 * policy (ProtectClock implies one; a boot loader is installed to a disk). ProtectHostname would hide
 * a new host name from osquery.
 */
export const systemdUnit = `[Unit]
Description=Yojin agent (osquery and the action channel)
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${places.program}
Restart=always
RestartSec=5
# The configuration cannot be understood: a person has to mend it.
RestartPreventExitStatus=78
# Only the agent itself is told to stop; it ends its osqueryd. A package manager that works for it
# goes on to its end: killed half way it would leave a broken machine. So does the upgrade of this
# package by an order.
KillMode=process
TimeoutStopSec=30
OOMPolicy=continue

StateDirectory=yojin-agent
StateDirectoryMode=0700
IgnoreSIGPIPE=no
LimitCORE=0

Nice=10
IOSchedulingClass=best-effort
IOSchedulingPriority=7
CPUQuota=20%
MemoryHigh=512M
MemoryMax=1G

KeyringMode=private
RestrictRealtime=yes

[Install]
WantedBy=multi-user.target
`;

/** For macOS; not tried on a machine of that system. */
export const launchdDefinition = `<?xml version="1.0" encoding="UTF-8"?>
<!-- /Library/LaunchDaemons/io.yojin.agent.plist, owner root:wheel, mode 0644. Then:
     launchctl bootstrap system /Library/LaunchDaemons/io.yojin.agent.plist -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN"
  "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key><string>io.yojin.agent</string>
  <key>ProgramArguments</key>
  <array>
    <string>/usr/local/lib/yojin-agent/bin/yojin-agent</string>
    <string>/etc/yojin-agent/agent.conf</string>
  </array>
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><true/>
  <key>ThrottleInterval</key><integer>10</integer>
  <key>ExitTimeOut</key><integer>30</integer>
  <!-- A package manager at work outlives the agent. -->
  <key>AbandonProcessGroup</key><true/>
  <key>Nice</key><integer>10</integer>
  <key>LowPriorityIO</key><true/>
  <key>StandardOutPath</key><string>/var/log/yojin-agent.log</string>
  <key>StandardErrorPath</key><string>/var/log/yojin-agent.log</string>
</dict>
</plist>
`;

/**
 * For Windows; not tried on a machine of that system. A task and not a service: the service manager
 * ends a program that does not speak to it within 30 seconds, and Node.js does not.
 */
export const windowsDefinition = `# Run as administrator. Expects node.exe, osqueryd.exe and the folder app in
# C:\\Program Files\\Yojin Agent, and agent.conf, ca.pem, enrolment-secret in C:\\ProgramData\\Yojin Agent.
$ErrorActionPreference = 'Stop'
$program = 'C:\\Program Files\\Yojin Agent'
$data = 'C:\\ProgramData\\Yojin Agent'
# Secret and state: for the system and administrators only.
icacls $data /inheritance:r /grant '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' | Out-Null
$main = Get-ChildItem "$program\\app\\code\\programs\\agent-package\\agent-main.*" | Select-Object -First 1
$action = New-ScheduledTaskAction -Execute "$program\\node.exe" \`
  -Argument "\`"$($main.FullName)\`" \`"$data\\agent.conf\`""
$settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::Zero) \`
  -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) -MultipleInstances IgnoreNew \`
  -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -Priority 7
Register-ScheduledTask -TaskName 'Yojin Agent' -User 'S-1-5-18' -RunLevel Highest -Force \`
  -Action $action -Trigger (New-ScheduledTaskTrigger -AtStartup) -Settings $settings | Out-Null
Start-ScheduledTask -TaskName 'Yojin Agent'
# To remove: Stop-ScheduledTask and Unregister-ScheduledTask 'Yojin Agent', then both folders.
`;
