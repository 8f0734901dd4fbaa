import { ManualClock } from '#kit'
import { poll } from '#test/harness'
import { checkPayload, requestBytesMax } from '../invoke.ts'
import { inLake } from './mappings.fixture.ts'

export const minuteMs = 60_000
/** On a whole minute. */
export const startMs = 1_700_000_040_000
export const tumblingMs = minuteMs
/** Behind a window and what may come late in it. */
export const pastMs = minuteMs + 6000

export interface Seen {
  readonly window: string
  readonly texts: readonly string[]
  readonly state: { readonly all?: string }
  readonly isFinal: boolean
  readonly isEarly: boolean
}

/** What happens in a lake whose clock stands still. Calls add the texts to the state, unless `answer` says otherwise. */
export async function inWindows(
  work: (
    lake: Parameters<Parameters<typeof inLake>[1]>[0] & {
      readonly clock: ManualClock
      readonly seen: readonly Seen[]
      /** The calls as short texts, when there are so many. */
      readonly calls: (count: number) => Promise<readonly string[]>
    },
  ) => Promise<void>,
  answer: (call: Seen, added: object, event: Event) => unknown = (_, added) => ({ state: added }),
): Promise<void> {
  const clock = new ManualClock(startMs)
  const seen: Seen[] = []
  const calls = async (count: number) => {
    await poll(`${count} calls`, () => seen.length >= count)
    return seen.map(brief)
  }
  await inLake(
    async (texts, { payload }) => {
      checkPayload(payload, requestBytesMax, 'RequestResponse')
      const event = JSON.parse(Buffer.from(payload).toString()) as Event
      const call = seenOf(event, texts)
      seen.push(call)
      const all = [call.state.all, ...texts].filter((text) => text !== undefined).join(' ')
      return answer(call, all === '' ? {} : { all }, event)
    },
    (lake) => work({ ...lake, clock, seen, calls }),
    { clock },
  )
}

export interface Event {
  readonly Records: readonly { readonly kinesis: { readonly sequenceNumber: string } }[]
  readonly window: { readonly start: string; readonly end: string }
  readonly state: { readonly all?: string }
  readonly shardId: string
  readonly eventSourceARN: string
  readonly isFinalInvokeForWindow: boolean
  readonly isWindowTerminatedEarly: boolean
}

const seenOf = (event: Event, texts: readonly string[]): Seen => ({
  window: `${event.window.start.slice(14, 16)}-${event.window.end.slice(14, 16)}`,
  texts,
  state: event.state,
  isFinal: event.isFinalInvokeForWindow,
  isEarly: event.isWindowTerminatedEarly,
})

export const brief = ({ window, texts, state, isFinal, isEarly }: Seen): string =>
  `${window} [${texts.join(' ')}] {${state.all ?? ''}}${isEarly ? ' early' : isFinal ? ' end' : ''}`
