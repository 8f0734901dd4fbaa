/** The roles of delivery streams: the port that the identities of the lake fill. */
export interface DeliveryRoles {
  /** Undefined when the role is not there, or does not let the service act in it. */
  assume(role: DeliveryRole): Promise<RoleSession | undefined>
}

export interface DeliveryRole {
  readonly roleArn: string
  /** Whose delivery stream it is, and where. */
  readonly accountId: string
  readonly region: string
  /** Who acts in it. */
  readonly service: 'firehose' | 'kinesis'
  /** The channel for which it acts. */
  readonly sourceArn?: string
}

export interface RoleSession {
  /** Whether the role may do this, `s3:PutObject` on an ARN say; KMS keys may go by any of their names, with what they are used for. */
  permits(action: string, resource: string, use?: KeyUse): Promise<boolean>
}

/** What a KMS key is used for: conditions of policies may ask. */
export interface KeyUse {
  readonly service: 's3' | 'kinesis'
  readonly context: Readonly<Record<string, string>>
}
