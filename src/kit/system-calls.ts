/**
 * Calls into the system that Node has no function for. Each happens as a whole on this thread, and answers what the system calls the
 * error (`EAGAIN`, …) below zero.
 */
export interface SystemCalls {
  /** sendfile(2): the bytes that the connection took. */
  sendFile(connection: number, file: number, position: number, length: number): number
  /** preadv2(2) with RWF_NOWAIT: the bytes that were read, of those in memory; `EAGAIN` when the first would have to be waited for. */
  readInMemory(file: number, bytes: Buffer, length: number, position: number): number
  /** cachestat(2): whether a range is in memory, or on its way to it; undefined where that is not told (before Linux 6.5). */
  isInMemory(file: number, position: number, length: number): boolean | undefined
  /** TCP_CONGESTION of setsockopt(2): 0. */
  setCongestionControl(connection: number, name: string): number
}

let loading: Promise<void> | undefined
let calls: SystemCalls | undefined

/**
 * Those calls, or undefined: on what is no 64-bit Linux, where the optional package that makes them is not installed, and at first:
 * it is loaded in the background when it is asked for (15 ms, 9 MiB), for most servers never need what it pays for.
 */
export function systemCalls(): SystemCalls | undefined {
  void loadSystemCalls()
  return calls
}

/** Resolves when it is known whether they are to be had. */
export async function loadSystemCalls(): Promise<SystemCalls | undefined> {
  loading ??= load().then(
    (loaded) => {
      calls = loaded
    },
    () => undefined,
  )
  await loading
  return calls
}

async function load(): Promise<SystemCalls | undefined> {
  // Elsewhere they have other forms, or positions of another width.
  const is64Bit = process.arch === 'x64' || process.arch === 'arm64'
  if (process.platform !== 'linux' || !is64Bit) return undefined
  const { default: koffi } = await import('koffi')
  const library = koffi.load(null)
  const failed = () => -koffi.errno()
  koffi.struct('iovec', { base: 'void *', length: 'size_t' })
  const sendfile = library.func(
    'int64_t sendfile(int connection, int file, _Inout_ int64_t *position, size_t length)',
  )
  const preadv2 = library.func(
    'int64_t preadv2(int file, iovec *vectors, int count, int64_t position, int flags)',
  )
  const syscall = library.func(
    'long syscall(long number, int file, void *range, void *found, uint32_t flags)',
  )
  const setsockopt = library.func(
    'int setsockopt(int connection, int level, int name, const char *value, uint32_t length)',
  )
  const pageBytes = Number(library.func('long sysconf(int name)')(SC_PAGESIZE))
  const range = new BigUint64Array(2)
  // Of five counts the first is that of pages in memory.
  const found = new BigUint64Array(5)
  return {
    sendFile(connection, file, position, length) {
      const sent = Number(sendfile(connection, file, [position], length))
      return sent < 0 ? failed() : sent
    },
    readInMemory(file, bytes, length, position) {
      const vector = { base: bytes, length: Math.min(length, bytes.length) }
      const read = Number(preadv2(file, vector, 1, position, RWF_NOWAIT))
      return read < 0 ? failed() : read
    },
    isInMemory(file, position, length) {
      range[0] = BigInt(position)
      range[1] = BigInt(length)
      if (Number(syscall(CACHESTAT, file, range, found, 0)) < 0) return undefined
      const pages =
        Math.floor((position + length - 1) / pageBytes) - Math.floor(position / pageBytes)
      return Number(found[0]) > pages
    },
    setCongestionControl(connection, name) {
      const done = setsockopt(connection, IPPROTO_TCP, TCP_CONGESTION, name, name.length)
      return done === 0 ? 0 : failed()
    },
  }
}

/** The same on both architectures, as all numbers since 424 are. */
const CACHESTAT = 451
const RWF_NOWAIT = 8
const SC_PAGESIZE = 30
const IPPROTO_TCP = 6
const TCP_CONGESTION = 13
