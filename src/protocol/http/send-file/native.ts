/** `sendfile(2)` as it is called: bytes that the connection took, or what the system calls the error, below zero. */
export type NativeSendFile = (
  connection: number,
  file: number,
  position: number,
  length: number,
) => number

let loading: Promise<void> | undefined
let native: NativeSendFile | undefined

/**
 * The system's `sendfile`, or undefined: where there is none, where the package that calls it is not installed, and at first: it is
 * loaded in the background when it is asked for (15 ms, 9 MiB), for most servers never send what it pays for.
 */
export function nativeSendFile(): NativeSendFile | undefined {
  loading ??= load().then(
    (loaded) => {
      native = loaded
    },
    // An optional package: without it bytes are written as everywhere.
    () => undefined,
  )
  return native
}

/** Resolves when it is known whether there is one. */
export async function sendFileLoaded(): Promise<boolean> {
  nativeSendFile()
  await loading
  return native !== undefined
}

async function load(): Promise<NativeSendFile | undefined> {
  // Elsewhere it has another form, or positions of another width.
  const is64Bit = process.arch === 'x64' || process.arch === 'arm64'
  if (process.platform !== 'linux' || !is64Bit) return undefined
  const { default: koffi } = await import('koffi')
  const call = koffi
    .load(null)
    .func('int64_t sendfile(int connection, int file, _Inout_ int64_t *position, size_t length)')
  return (connection, file, position, length) => {
    const sent = Number(call(connection, file, [position], length))
    return sent < 0 ? -koffi.errno() : sent
  }
}
