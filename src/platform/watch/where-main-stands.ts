import { readFileSync } from 'node:fs'
import type { Session } from 'node:inspector'
import { setTimeout as wait } from 'node:timers/promises'

/** A loop that waits for nothing goes through several functions: one look may see any of them. */
const looks = 4
const betweenMs = 100
/** So long a look waits for the thread to come to JavaScript. */
const lookMsMax = 5_000
const framesMax = 30

/** What `node:inspector` tells, as far as it is needed here. */
interface Paused {
  readonly params: {
    readonly callFrames: readonly {
      readonly functionName: string
      readonly location: {
        readonly scriptId: string
        readonly lineNumber: number
        readonly columnNumber?: number | undefined
      }
    }[]
  }
}

/**
 * The functions in which the main thread is, innermost first, looked at a few times: those looks that saw something else. Empty when it is in a call of the
 * system or of native code, which `systemState` tells of. To be called on another thread; the main one goes on afterwards.
 */
export async function whereMainStands(): Promise<readonly (readonly string[])[]> {
  // Loaded when it is needed: it never should be.
  const inspector = await import('node:inspector')
  const session = new inspector.Session()
  const seen = new Map<string, readonly string[]>()
  try {
    session.connectToMainThread()
    const scripts = new Map<string, string>()
    session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) =>
      scripts.set(scriptId, url),
    )
    session.post('Debugger.enable')
    for (let look = 0; look < looks; look += 1) {
      const stack = await pausedStack(session, scripts)
      if (!stack) break
      seen.set(stack.join('\n'), stack)
      await wait(betweenMs)
    }
  } catch {
    // Of what else there is to tell nothing is lost by it.
  } finally {
    session.disconnect()
  }
  return [...seen.values()]
}

async function pausedStack(
  session: Session,
  scripts: ReadonlyMap<string, string>,
): Promise<readonly string[] | undefined> {
  const paused = new Promise<readonly string[]>((resolve) => {
    session.once('Debugger.paused', ({ params }: Paused) => {
      session.post('Debugger.resume')
      resolve(
        params.callFrames
          .slice(0, framesMax)
          .map(
            ({ functionName, location: { scriptId, lineNumber, columnNumber = 0 } }) =>
              `${functionName || '(anonymous)'} ${scripts.get(scriptId) ?? ''}:${lineNumber + 1}:${columnNumber + 1}`,
          ),
      )
    })
  })
  session.post('Debugger.pause')
  return Promise.race([paused, wait(lookMsMax, undefined)])
}

/** What the system says of the main thread: its state, the call that it is in, and where in the kernel that waits. Linux alone. */
export function systemState(): Readonly<Record<string, string>> {
  const read = (name: string) => {
    try {
      return readFileSync(`/proc/self/task/${process.pid}/${name}`, 'latin1').trim()
    } catch {
      return ''
    }
  }
  return {
    state: /^State:\s*(.*)$/m.exec(read('status'))?.[1] ?? '',
    call: read('syscall').split(' ')[0]!,
    waitsIn: read('wchan'),
    stack: read('stack').replaceAll('[<0>] ', ''),
  }
}
