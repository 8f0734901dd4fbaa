import type { Readable } from 'node:stream'
import type { WireRequest, WireResponse } from '#protocol/http'
import type { EventFormat } from './event-stream/frames.ts'
import type { S3Address } from './rest-xml/address.ts'
import type { OperationPlan, ServicePlan } from './plan.ts'
import type { AwsProtocol } from './service.ts'
import type { OperationSchema, StructureShape } from './shape.ts'

/** A request's payload: bytes in memory, or a stream when the operation takes one. */
export type Payload = Buffer | Readable

export interface Inbound {
  readonly request: WireRequest
  readonly payload: Payload
  /** Length of the payload when it is known before it is read. */
  readonly contentLength?: number
  /** Path parameters, percent-decoded, of the REST protocols. */
  readonly labels?: Readonly<Record<string, string>>
  /** The parsed form of awsQuery. */
  readonly form?: URLSearchParams
}

/** An error that is ready for the wire. */
export interface WireFailure {
  readonly name: string
  readonly status: number
  readonly message: string
  readonly fault: 'client' | 'server'
  readonly fields: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
  /** When the service's schemas model it. */
  readonly shape?: StructureShape
}

/** What an answer needs to know of its request. */
export interface Outbound {
  readonly request: WireRequest
  readonly requestId: string
  readonly service?: ServicePlan
  readonly address?: S3Address
}

/** One protocol, in the direction of a server. Stateless, save compiled plans. */
export interface Wire {
  readonly protocol: AwsProtocol
  /** The operation's input. Throws MalformedInput or an AwsError. */
  decode(operation: OperationPlan, inbound: Inbound): unknown
  /** True when no input shares memory with the payload that it was decoded from, save one with `listColumns`. */
  readonly copiesPayload?: boolean
  encode(operation: OperationSchema, output: unknown, outbound: Outbound): WireResponse
  fail(failure: WireFailure, outbound: Outbound): WireResponse
  /** How events are written; without it the protocol has none. */
  readonly events?: EventFormat
  /** The error for what `decode` could not read. */
  malformed(message: string): WireFailureSpec
  /** The error for missing members and broken limits, when the service has none of its own. */
  invalid(message: string): WireFailureSpec
}

export interface WireFailureSpec {
  readonly name: string
  readonly status: number
  readonly message: string
}
