/** The account and region that a function lives in. */
export interface FunctionScope {
  readonly accountId: string
  readonly region: string
}

export interface FunctionRef extends FunctionScope {
  readonly name: string
}

/** What a version is run with: never changes once the version is published. */
export interface FunctionSettings {
  readonly runtime: string
  readonly handler: string
  readonly roleArn: string
  readonly description: string
  readonly timeoutS: number
  readonly memoryMib: number
  readonly storageMib: number
  readonly architecture: string
  /** The function's own variables, sealed (`FunctionVariables`; plain in settings that were made before they were); undefined when it was given none. */
  readonly environment?: string | Readonly<Record<string, string>> | undefined
  /** ARNs of layer versions, the first unpacked first. */
  readonly layers: readonly LayerUse[]
  readonly logGroup?: string | undefined
  readonly tracingMode: string
  /** What the variables lie under; the lake's own key when there is none. */
  readonly kmsKeyArn?: string | undefined
}

export interface LayerUse {
  readonly arn: string
  readonly code: FunctionCode
}

/** A stored zip file. */
export interface FunctionCode {
  /** Name of the file in the code store. */
  readonly codeId: string
  /** SHA-256 of the zip, base64. */
  readonly sha256: string
  readonly sizeBytes: number
}

export const latest = '$LATEST'

/** `$LATEST` or a published version. */
export interface FunctionVersion extends FunctionRef {
  readonly functionId: string
  /** `$LATEST`, or a number as text. */
  readonly version: string
  readonly settings: FunctionSettings
  readonly code: FunctionCode
  readonly modifiedMs: number
  /** Changes with every change. */
  readonly revisionId: string
}

/** What all versions of a function share. */
export interface FunctionEntry extends FunctionRef {
  readonly id: string
  /** Undefined: none is reserved. */
  readonly reservedConcurrency?: number | undefined
  readonly tags: Readonly<Record<string, string>>
}

export interface Alias {
  readonly functionId: string
  readonly name: string
  readonly version: string
  readonly description: string
  /** Share of invocations, by version, that go elsewhere than to `version`: 0 to 1. */
  readonly weights: Readonly<Record<string, number>>
  readonly revisionId: string
}

/** A page of a list: `marker` is undefined on the last. */
export interface FunctionPage<T> {
  readonly items: readonly T[]
  readonly marker?: string | undefined
}
