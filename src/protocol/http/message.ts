import type { Readable, Writable } from 'node:stream'

/** A request as it came, the same for HTTP/1.1 and HTTP/2. */
export interface WireRequest {
  readonly method: string
  /** The path exactly as sent: still percent-encoded, without the query. */
  readonly rawPath: string
  /** The query exactly as sent, without the question mark; empty when there is none. */
  readonly rawQuery: string
  /** Lower-case names; repeated headers are joined with a comma. HTTP/2 `:authority` stands as `host`. */
  readonly headers: Readonly<Record<string, string>>
  readonly httpVersion: '1.0' | '1.1' | '2.0'
  readonly remoteAddress: string
  readonly secure: boolean
  readonly body: Readable
  /** Aborted when the client goes away before the answer is complete. */
  readonly signal: AbortSignal
  /** Aborted when the server begins to stop: an answer without an end of its own ends then. */
  readonly drain?: AbortSignal
}

/**
 * Sends bytes of an open file to where a stream writes itself, without bringing them into this process. Returns how many were taken;
 * none while the other side takes none: the next ones are then to be written, and waited for; undefined when all are to be written.
 * Works at once, on this thread, which a file that is not in memory makes wait for the disk.
 */
export type FileSender = (file: number, position: number, length: number) => number | undefined

/** A stream that can write itself with fewer copies than a pipe: in the place of reading it. It does not end the target. */
export interface Pumped extends Readable {
  pumpTo(target: Writable, sendFile?: FileSender): Promise<void>
}

/** What is sent back. A stream as body is piped with back-pressure, and destroyed if the client leaves. */
export interface WireResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Each sent as a header of its own: they cannot be joined. */
  readonly cookies?: readonly string[]
  readonly body?: string | Uint8Array | Readable
  /** The body is a text of ASCII alone: nobody needs to look whether it is. */
  readonly isAscii?: boolean
  /** The head is sent at once, not together with the first bytes of a streamed body. */
  readonly immediate?: true
}

export type WireHandler = (request: WireRequest) => Promise<WireResponse>
