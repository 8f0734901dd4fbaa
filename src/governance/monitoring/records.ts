/** Whose log groups, and where. */
export interface LogScope {
  readonly accountId: string
  readonly region: string
}

export interface LogGroupRef extends LogScope {
  readonly group: string
}

export interface LogStreamRef extends LogGroupRef {
  readonly stream: string
}

export type LogTags = Readonly<Record<string, string>>

export interface LogGroupInput {
  readonly class?: string
  readonly kmsKeyId?: string
  readonly deletionProtection?: boolean
  readonly tags?: LogTags
}

export interface LogGroup {
  readonly name: string
  readonly class: string
  readonly kmsKeyId: string | undefined
  readonly retentionDays: number | undefined
  readonly deletionProtection: boolean
  readonly createdMs: number
  /** Bytes of the messages that are kept, and 26 for each, as CloudWatch Logs counts them. */
  readonly storedBytes: number
}

export interface LogStream {
  readonly name: string
  readonly createdMs: number
  readonly firstEventMs: number | undefined
  readonly lastEventMs: number | undefined
  readonly lastIngestionMs: number | undefined
}

export interface NewLogEvent {
  readonly timestampMs: number
  readonly message: string
}

export interface LogEvent extends NewLogEvent {
  /** Unique; 56 digits. */
  readonly eventId: string
  readonly stream: string
  readonly ingestedMs: number
}

/** Which of the events put were not taken, as indices into the request. */
export interface RejectedEvents {
  /** The first that is more than two hours in the future. */
  readonly tooNewStart?: number
  /** One past the last that is older than 14 days. */
  readonly tooOldEnd?: number
  /** One past the last that is older than the group's retention. */
  readonly expiredEnd?: number
}

export interface LogPage<T> {
  readonly items: readonly T[]
  readonly nextToken: string | undefined
}
