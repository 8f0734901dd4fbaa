/**
 * The shapes of a service as the codecs need them: plain data, made once from the SDK's schema
 * objects by `schema.ts`, so that no codec knows how those are built.
 */
export type Shape = StructureShape | ListShape | MapShape | LeafShape

export type LeafKind =
  | 'string'
  | 'boolean'
  | 'number'
  | 'bigInteger'
  | 'bigDecimal'
  | 'blob'
  | 'timestamp'
  | 'document'

export type TimestampFormat = 'epochSeconds' | 'dateTime' | 'httpDate'

export interface LeafShape {
  readonly kind: LeafKind
  /** Of a timestamp, when the model names it; else the protocol and the binding decide. */
  readonly timestampFormat?: TimestampFormat
}

export interface ListShape {
  readonly kind: 'list'
  readonly name: string
  readonly item: Member
  /** Null items are values here; elsewhere they are not allowed. */
  readonly sparse: boolean
}

export interface MapShape {
  readonly kind: 'map'
  readonly name: string
  readonly key: Member
  readonly value: Member
  readonly sparse: boolean
}

export interface StructureShape {
  readonly kind: 'structure'
  /** The short name: `PutRecordsInput`. */
  readonly name: string
  /** `com.amazonaws.kinesis`. */
  readonly namespace: string
  readonly isUnion: boolean
  readonly members: readonly Member[]
  readonly byName: ReadonlyMap<string, Member>
  /** Root element name, when it is not the shape's own. */
  readonly xmlName?: string
  readonly xmlNamespace?: XmlNamespace
  /** Set for errors only. */
  readonly error?: ErrorTraits
}

export interface ErrorTraits {
  readonly fault: 'client' | 'server'
  readonly status?: number
  /** The code that awsQuery puts on the wire, and its status: `['NoSuchEntity', 404]`. */
  readonly query?: readonly [code: string, status: number]
}

export interface XmlNamespace {
  readonly prefix?: string
  readonly uri: string
}

export interface Member {
  readonly name: string
  readonly shape: Shape
  readonly required: boolean
  readonly idempotencyToken: boolean
  /** A payload that is not held in memory. */
  readonly streaming: boolean
  /** A stream of events (a streaming union). */
  readonly eventStream: boolean
  /** Of an event: stands in a header of its message. */
  readonly eventHeader: boolean
  /** Of an event: is the whole payload of its message. */
  readonly eventPayload: boolean
  readonly jsonName?: string
  readonly mediaType?: string
  readonly xmlName?: string
  readonly xmlFlattened: boolean
  readonly xmlAttribute: boolean
  readonly xmlNamespace?: XmlNamespace
  readonly binding?: HttpBinding
}

/** Where a member stands in an HTTP message; without one it is in the body. */
export type HttpBinding =
  | { readonly in: 'label' | 'payload' | 'statusCode' | 'queryParams' }
  | { readonly in: 'header' | 'prefixHeaders' | 'query'; readonly name: string }

export interface HttpTrait {
  readonly method: string
  /** As in the model, with its query: `/{Key+}?x-id=PutObject`. */
  readonly uri: string
  readonly status: number
}

export interface OperationSchema {
  readonly name: string
  /** Undefined when the operation takes nothing. */
  readonly input?: StructureShape
  readonly output?: StructureShape
  readonly http?: HttpTrait
}

/** All that is known of a service from its SDK client. */
export interface ServiceSchema {
  readonly operations: ReadonlyMap<string, OperationSchema>
  /** By shape name, and by the awsQuery code where it differs. */
  readonly errors: ReadonlyMap<string, StructureShape>
}
