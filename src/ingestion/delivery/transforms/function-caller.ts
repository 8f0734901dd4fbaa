/** Calls functions for delivery streams, each in the role that it was given: the port that the module of functions fills. */
export interface FunctionCaller {
  /** What the function answered, or why there is no answer. */
  call(call: FunctionCall): Promise<{ readonly payload: Uint8Array } | FunctionFailure>
}

export interface FunctionCall {
  readonly functionArn: string
  readonly roleArn: string
  /** Whose delivery stream it is, and where. */
  readonly accountId: string
  readonly region: string
  /** JSON. */
  readonly payload: Uint8Array
}

/** `code` as Firehose has it in error records, `Lambda.FunctionError` say. */
export interface FunctionFailure {
  readonly code: string
  readonly message: string
}
