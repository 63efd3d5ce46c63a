/** What a shell, Python and servers print when something of the machine or the environment is not as they need it. */
import type { Recognizer } from './recognizer.ts';

export const environmentFailures: readonly Recognizer[] = [
  {
    id: 'disk-full',
    kind: 'infrastructure',
    seen: /No space left on device|\bENOSPC\b|Disk quota exceeded|database or disk is full/,
    cause: 'a disk of the worker is full',
    mend: 'Free space on the worker: `longhaul cache` says what the caches of this machine take, and longhaul.server.yaml limits them.',
  },
  {
    id: 'credentials-expired',
    kind: 'code',
    // boto3 and the AWS command line; Google's and Azure's libraries.
    seen: /An error occurred \(ExpiredToken(?:Exception)?\)|google\.auth\.exceptions\.RefreshError|AADSTS700082/,
    cause: 'credentials that a command uses have expired',
    mend: 'Renew the secrets that the step names, where the workers get them from.',
  },
  {
    id: 'module-not-found',
    kind: 'code',
    seen: /ModuleNotFoundError: No module named '([^']+)'/,
    cause: (name = '') => `Python does not find the module ${name}`,
    mend: (name = '') =>
      `Add its package to the step’s requirements; if ${name.split('.')[0] ?? name} is a folder of the repository, name it in \`install\` or set PYTHONPATH in \`env\`.`,
  },
  {
    id: 'permission-denied',
    kind: 'code',
    seen: /PermissionError: \[Errno 13\] Permission denied: '([^']+)'|(\S+): Permission denied\s*$/m,
    cause: (python = '', shell = '') => `no permission for ${python === '' ? shell : python}`,
    mend: 'Write below LONGHAUL_OUTPUT_DIR or the worktree; make a script executable with `git update-index --chmod=+x`.',
  },
  {
    id: 'port-in-use',
    kind: 'code',
    seen: /(?:Address already in use|EADDRINUSE)(?:[^\n]*?(?:port |:)(\d{2,5}))?/,
    cause: (port = '') => `the port ${port === '' ? 'it wants' : port} is taken by another program`,
    mend: 'Let the program choose a free port (port 0): steps of several runs share a machine.',
  },
];
