import { requestBytesMax } from '../invoke.ts'

/** What a function answers, and is given again: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html */
export type WindowState = Readonly<Record<string, unknown>>

/** A span of arrival times, counted from 1970, of which a function was given records and no end. */
export interface OpenWindow {
  readonly startMs: number
  readonly endMs: number
  readonly state: WindowState
}

/** Early, the window may be opened anew without a state. */
export type WindowEnd = 'inTime' | 'early'

const stateBytesMax = 1024 * 1024
/** Leaves room for what stands around the state when the function is given it for the last time. */
const answeredBytesMax = requestBytesMax - 4096

/** The window of a record, without a state. */
export function windowAt(arrivalMs: number, sizeMs: number): OpenWindow {
  const startMs = Math.floor(arrivalMs / sizeMs) * sizeMs
  return { startMs, endMs: startMs + sizeMs, state: {} }
}

/** The state that an answer holds; undefined when it holds none, with which the call has failed, or one that no call can bring. */
export function stateIn(payload: Uint8Array): WindowState | undefined {
  let answer: unknown
  try {
    answer = parseExactly(Buffer.from(payload).toString())
  } catch {
    return undefined
  }
  const state = (answer as { readonly state?: unknown } | null)?.state
  if (typeof state !== 'object' || state === null || Array.isArray(state)) return undefined
  if (isRaw(state)) return undefined
  return bytesOf(state as WindowState) <= answeredBytesMax ? (state as WindowState) : undefined
}

/** A window as it was written with `JSON.stringify`. */
export const readWindow = (text: string): OpenWindow => parseExactly(text) as OpenWindow

/** Whether a window ends before its time: its state is too large to be added to, or windows are of another length by now. */
export function endsEarly({ startMs, endMs, state }: OpenWindow, sizeMs: number): boolean {
  return endMs - startMs !== sizeMs || bytesOf(state) > stateBytesMax
}

export const hasState = ({ state }: OpenWindow): boolean => Object.keys(state).length > 0

/** What an event says of its window, beside the records. */
export function windowFields(
  { startMs, endMs, state }: OpenWindow,
  about: {
    readonly shardId: string
    readonly sourceArn: string
    readonly ends: WindowEnd | undefined
  },
) {
  return {
    window: { start: seconds(startMs), end: seconds(endMs) },
    state,
    shardId: about.shardId,
    eventSourceARN: about.sourceArn,
    isFinalInvokeForWindow: about.ends !== undefined,
    isWindowTerminatedEarly: about.ends === 'early',
  }
}

/** Numbers that would be written in another way, as those that JavaScript cannot hold, are kept as they were written. */
function parseExactly(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source
    const isOther = typeof value === 'number' && source !== undefined && String(value) !== source
    return isOther ? raw(source) : value
  })
}

/** https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/JSON/rawJSON */
const { rawJSON: raw, isRawJSON: isRaw } = JSON as unknown as {
  readonly rawJSON: (text: string) => object
  readonly isRawJSON: (value: object) => boolean
}

const seconds = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z')

const bytesOf = (state: WindowState): number => Buffer.byteLength(JSON.stringify(state))
