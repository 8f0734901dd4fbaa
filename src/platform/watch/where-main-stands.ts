import { readFileSync } from 'node:fs'
import type { Profiler, Session } from 'node:inspector'
import { setTimeout as wait } from 'node:timers/promises'

/** How long the thread is looked at, and how often meanwhile. */
const sampledMs = 300
const everyUs = 1_000
/** So long the inspector waits for the thread to come to JavaScript. */
const answerMsMax = 5_000
const stacksMax = 5
const framesMax = 30

/**
 * The stacks that the main thread was seen with most, innermost function first: a loop that waits for nothing goes through several. Empty when it is in a
 * call of the system or of native code, which `systemState` tells of. To be called on another thread; the main one goes on.
 */
export async function whereMainStands(): Promise<readonly (readonly string[])[]> {
  // Loaded when it is needed: it never should be.
  const inspector = await import('node:inspector')
  const session = new inspector.Session()
  try {
    session.connectToMainThread()
    const { profile } = await within(answerMsMax, profileOf(session))
    return stacksOf(profile)
  } catch {
    // Of what else there is to tell nothing is lost by it.
    return []
  } finally {
    session.disconnect()
  }
}

function profileOf(session: Session): Promise<Profiler.StopReturnType> {
  return new Promise((resolve, reject) => {
    session.post('Profiler.enable')
    session.post('Profiler.setSamplingInterval', { interval: everyUs })
    session.post('Profiler.start', (failed) => {
      if (failed) return reject(failed)
      setTimeout(() => {
        session.post('Profiler.stop', (error, stopped) =>
          error ? reject(error) : resolve(stopped),
        )
      }, sampledMs)
    })
  })
}

function stacksOf({ nodes }: Profiler.Profile): readonly (readonly string[])[] {
  const parents = new Map<number, Profiler.ProfileNode>()
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node)
  const framesOf = (node: Profiler.ProfileNode) => {
    const frames: string[] = []
    for (let at: typeof node | undefined = node; at; at = parents.get(at.id)) {
      const { functionName, url, lineNumber, columnNumber } = at.callFrame
      const place = url === '' ? '' : ` ${url}:${lineNumber + 1}:${columnNumber + 1}`
      if (functionName !== '(root)') frames.push(`${functionName || '(anonymous)'}${place}`)
    }
    return frames.slice(0, framesMax)
  }
  return nodes
    .filter(({ hitCount = 0 }) => hitCount > 0)
    .toSorted((a, b) => b.hitCount! - a.hitCount!)
    .slice(0, stacksMax)
    .map(framesOf)
}

async function within<R>(timeMs: number, work: Promise<R>): Promise<R> {
  const late = new AbortController()
  const timer = wait(timeMs, undefined, { signal: late.signal }).then(() => {
    throw new Error('the main thread does not answer')
  })
  timer.catch(() => undefined)
  try {
    return await Promise.race([work, timer])
  } finally {
    late.abort()
  }
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
