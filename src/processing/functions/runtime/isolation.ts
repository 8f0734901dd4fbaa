import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Logger } from '#kit'

const run = promisify(execFile)

/** What stands between a function's process and the server, found out once. */
export interface Isolation {
  /** Holds unpacked code and the folders of instances. Nobody but the server may list it. */
  readonly folder: string
  /** Undefined: processes run as the server's own user. Else each runs as a user of its own, counted from here. */
  readonly firstUid: number | undefined
  /** The path of `setpriv`, where it is there: processes gain no privileges, and end with the server. */
  readonly setpriv: string | undefined
  /** The path of `prlimit`, where it is there: sizes of files and of memory are limited. */
  readonly prlimit: string | undefined
  /**
   * How the data folder is hidden from functions that run as the server's user: `unshare`, and the folder. Undefined where the machine
   * gives no user namespaces, or where it is not needed.
   */
  readonly hiding: { readonly unshare: string; readonly folder: string } | undefined
  /** The machine's Python, by its full path; undefined when there is none of 3.8 or later. */
  readonly python: string | undefined
}

/**
 * Users that nobody else has, far from those that exist; the second where a container knows only 65,536 of them. Servers on one machine take
 * other ones each, by their process's id: whatever still runs as a user is ended with his instance.
 */
const userRanges = [
  { from: 1_879_048_192, to: 2_147_483_647 },
  { from: 50_000, to: 65_534 },
]
const usersPerServer = 64

/**
 * Looks at what this machine lets a server do. As root each instance gets a user of its own; otherwise functions have the rights of
 * the server's user, and only trusted ones should run.
 */
export async function findIsolation(
  places: { readonly notePath: string; readonly dataFolder: string },
  log: Logger,
): Promise<Isolation> {
  const folder = await mkdtemp(join(tmpdir(), prefix))
  await writeFile(places.notePath, folder)
  await chmod(folder, 0o711)
  const firstUid = process.getuid?.() === 0 ? await usableUid(folder) : undefined
  const [setpriv, prlimit, python] = await Promise.all([
    findTool('setpriv', ['--no-new-privs', '--pdeathsig', 'KILL', '--', 'true']),
    findTool('prlimit', ['--core=0', '--', 'true']),
    findPython(firstUid),
  ])
  const hiding =
    firstUid === undefined && setpriv ? await findHiding(places.dataFolder, setpriv) : undefined
  log.info(
    {
      folder,
      ownUsers: firstUid !== undefined,
      hides: hiding !== undefined,
      setpriv,
      prlimit,
      python,
    },
    'functions can run',
  )
  return { folder, firstUid, setpriv, prlimit, hiding, python }
}

const prefix = 'boathouse-functions-'

/** Removes what a server left that was killed; `notePath` names its folder. No other server may be using the note. */
export async function cleanUp(notePath: string): Promise<void> {
  const folder = await readFile(notePath, 'utf8').catch(() => '')
  if (!folder.startsWith(join(tmpdir(), prefix))) return
  await rm(folder, { recursive: true, force: true })
  await rm(notePath, { force: true })
}

export async function endIsolation(isolation: Isolation): Promise<void> {
  await rm(isolation.folder, { recursive: true, force: true })
}

/** The user of an instance; the last ones share one, when there are very many. Undefined for the server's own. */
export function userOf(isolation: Pick<Isolation, 'firstUid'>, slot: number): number | undefined {
  if (isolation.firstUid === undefined) return undefined
  return isolation.firstUid + Math.min(slot, usersPerServer - 1)
}

/**
 * The command that starts `command` with what the machine has to hold it. It must already be started as the user it is to run as:
 * the function's own variables reach these programs too.
 */
export function confined(
  isolation: Pick<Isolation, 'setpriv' | 'prlimit' | 'hiding'>,
  limits: { readonly uid: number | undefined; readonly fileBytesMax: number },
  command: readonly string[],
): readonly string[] {
  const wrapped = [...command]
  const { setpriv, hiding } = isolation
  if (setpriv !== undefined) {
    // Whoever has no capability in the namespace cannot take the cover off again.
    const bare = hiding ? ['--bounding-set=-all', '--inh-caps=-all'] : []
    wrapped.unshift(setpriv, '--no-new-privs', '--pdeathsig', 'KILL', ...bare, '--')
  }
  if (hiding) wrapped.unshift(...underCover(hiding))
  if (isolation.prlimit !== undefined) {
    // The number of processes is counted by user: a limit would hit the server where it shares its own.
    const processes = limits.uid === undefined ? [] : ['--nproc=1024']
    const fixed = ['--core=0', '--nofile=1024', `--fsize=${limits.fileBytesMax}`, ...processes]
    wrapped.unshift(isolation.prlimit, ...fixed, '--')
  }
  return wrapped
}

/** Starts a command in a namespace of its own, where an empty folder lies over the hidden one. */
function underCover(hiding: NonNullable<Isolation['hiding']>): readonly string[] {
  const script = 'mount -t tmpfs -o ro,size=4k none "$0" && exec "$@"'
  return [hiding.unshare, '--user', '--map-root-user', '--mount', 'sh', '-c', script, hiding.folder]
}

/** Whether functions can be run so here, and then see nothing of the folder. */
export async function findHiding(
  folder: string,
  setpriv: string,
): Promise<Isolation['hiding'] | undefined> {
  const unshare = await findTool('unshare', ['--user', '--map-root-user', '--mount', 'true'])
  if (unshare === undefined) return undefined
  const hiding = { unshare, folder }
  const isolation = { setpriv, prlimit: undefined, hiding }
  const script = 'process.exit(require("node:fs").readdirSync(process.argv[1]).length)'
  const probe = [process.execPath, '-e', script, folder]
  const [program, ...args] = confined(isolation, { uid: undefined, fileBytesMax: 0 }, probe)
  const hides = await run(program!, args, { env: { PATH: defaultPath } }).catch(() => undefined)
  return hides && hiding
}

/** Ends whatever still runs as a user that no instance has any more, unless he is shared. */
export async function endProcessesOf(isolation: Isolation, uid: number): Promise<void> {
  if (uid === userOf(isolation, usersPerServer - 1)) return
  const options = { uid, gid: uid, env: { PATH: defaultPath } }
  await run('sh', ['-c', 'kill -9 -1'], options).catch(() => undefined)
}

/** Limits what a running process may still add to its own memory. */
export async function limitData(prlimit: string, pid: number, bytesMax: number): Promise<void> {
  await run(prlimit, [`--pid=${pid}`, `--data=${bytesMax}`]).catch(() => undefined)
}

async function usableUid(folder: string): Promise<number | undefined> {
  for (const { from, to } of userRanges) {
    const servers = Math.floor((to - from) / usersPerServer)
    const uid = from + (process.pid % servers) * usersPerServer
    // Such a user must be able to run the server's Node.js, and to reach the folder.
    const options = { cwd: folder, uid, gid: uid, env: { PATH: defaultPath } }
    const runs = await run(process.execPath, ['-e', '0'], options).catch(() => undefined)
    if (runs) return uid
  }
  return undefined
}

/** The first that the users of functions can run: one in the home of the server's user is out of their reach. */
async function findPython(uid: number | undefined): Promise<string | undefined> {
  const script = 'import sys; print(sys.executable if sys.version_info >= (3, 8) else "")'
  const user = uid === undefined ? {} : { uid, gid: uid }
  const inPath = await run('python3', ['-c', script]).catch(() => undefined)
  const candidates = [
    inPath?.stdout.trim(),
    ...defaultPath.split(':').map((at) => join(at, 'python3')),
  ]
  for (const candidate of candidates) {
    if (candidate === undefined || candidate === '') continue
    const options = { ...user, cwd: '/', env: { PATH: defaultPath } }
    const found = await run(candidate, ['-c', script], options).catch(() => undefined)
    const path = found?.stdout.trim()
    if (path) return path
  }
  return undefined
}

/** The path of a program that does what is asked of it here. */
async function findTool(name: string, args: readonly string[]): Promise<string | undefined> {
  for (const folder of defaultPath.split(':')) {
    const path = join(folder, name)
    const works = await run(path, args, { env: { PATH: defaultPath } }).catch(() => undefined)
    if (works) return path
  }
  return undefined
}

export const defaultPath = '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin'
