import { logLevels } from '#kit'

/**
 * Every option, declared once. The flag is the name in kebab case (`--data-dir`), the variable the
 * name in capitals after `BOATHOUSE_` (`BOATHOUSE_DATA_DIR`); help and docs/reference/config.md are
 * made from these lines.
 */
export interface OptionSpec {
  readonly kind: 'text' | 'number' | 'flag'
  readonly default?: string | number | boolean
  readonly meaning: string
  /** A sample for the help text, e.g. `FOLDER`. */
  readonly sample?: string
  readonly min?: number
  readonly max?: number
  readonly choices?: readonly string[]
  readonly pattern?: RegExp
  readonly patternMeaning?: string
  /** Kept out of help's values and of logs. */
  readonly secret?: boolean
}

export const options = {
  dataDir: {
    kind: 'text',
    default: '.boathouse',
    sample: 'FOLDER',
    meaning: 'Folder that holds everything: metadata, objects, streams.',
  },
  host: {
    kind: 'text',
    default: '127.0.0.1',
    sample: 'ADDRESS',
    meaning: 'Address to listen on. Other than loopback needs TLS or --allow-plaintext.',
  },
  port: {
    kind: 'number',
    default: 4566,
    min: 0,
    max: 65_535,
    sample: 'PORT',
    meaning: 'Port of all services; 0 picks a free one.',
  },
  tlsCert: { kind: 'text', sample: 'FILE', meaning: 'Certificate chain (PEM) to serve TLS with.' },
  tlsKey: { kind: 'text', sample: 'FILE', meaning: 'Private key (PEM) of the certificate.' },
  allowPlaintext: {
    kind: 'flag',
    default: false,
    meaning: 'Listen without TLS on an address that is not loopback.',
  },
  accountId: {
    kind: 'text',
    default: '000000000000',
    sample: 'DIGITS',
    pattern: /^\d{12}$/,
    patternMeaning: '12 digits',
    meaning: 'The account that exists at first start.',
  },
  region: {
    kind: 'text',
    default: 'us-east-1',
    sample: 'REGION',
    pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
    patternMeaning: 'a region such as eu-west-1',
    meaning: "Region that 'boathouse env' prints; every region a client signs for is served.",
  },
  rootAccessKeyId: {
    kind: 'text',
    sample: 'KEY',
    pattern: /^\w{4,128}$/,
    patternMeaning: '4 to 128 letters, digits or underscores',
    meaning: "Access key of the account's root, instead of one made at first start.",
  },
  rootSecretAccessKey: {
    kind: 'text',
    sample: 'SECRET',
    secret: true,
    pattern: /^\S{8,128}$/,
    patternMeaning: '8 to 128 characters without spaces',
    meaning: 'Its secret; both or neither.',
  },
  ephemeral: {
    kind: 'flag',
    default: false,
    meaning:
      'Use a temporary data folder, removed at stop (by the next such start where it was killed); allows POST /_boathouse/reset. For tests and CI.',
  },
  engineProcesses: {
    kind: 'number',
    default: 2,
    min: 1,
    max: 64,
    sample: 'N',
    meaning: 'Query processes that may run at once.',
  },
  engineMemoryMib: {
    kind: 'number',
    default: 2048,
    min: 256,
    max: 1_048_576,
    sample: 'MIB',
    meaning:
      'Memory limit of each query process, MiB; a thread of it for each 128 MiB, at most one for each core.',
  },
  engineSpillMib: {
    kind: 'number',
    default: 16_384,
    min: 0,
    max: 16_777_216,
    sample: 'MIB',
    meaning:
      'What each query process may write to the disk when its memory is short, MiB; at most a quarter of what is free.',
  },
  resultMetadata: {
    kind: 'flag',
    default: false,
    meaning:
      "Write the binary files of types beside Athena's results (.csv.metadata, .txt.metadata): few programs read them, and a small query costs a quarter more.",
  },
  functionProcesses: {
    kind: 'number',
    default: 32,
    min: 1,
    max: 10_000,
    sample: 'N',
    meaning: 'Processes of functions (Lambda) that may run at once; further invocations wait.',
  },
  diskReserveMib: {
    kind: 'number',
    default: 64,
    min: 0,
    max: 1_048_576,
    sample: 'MIB',
    meaning:
      'Space kept free for metadata, MiB: objects and records are refused when the disk has less.',
  },
  encryptObjects: {
    kind: 'flag',
    default: false,
    meaning:
      'Encrypt every new object (SSE-S3), also where neither request nor bucket asks for encryption.',
  },
  objects: {
    kind: 'text',
    sample: 'S3',
    pattern: /^s3:\/\/[a-z0-9][a-z0-9.-]+[a-z0-9](\/.*)?$/,
    patternMeaning: 's3://bucket or s3://bucket/prefix',
    meaning:
      'Keep the bytes of objects in another S3, s3://bucket/prefix, instead of the data folder.',
  },
  objectsEndpoint: {
    kind: 'text',
    sample: 'URL',
    pattern: /^https?:\/\/\S+$/,
    patternMeaning: 'a URL such as https://s3.example.com',
    meaning: "Where that S3 is; AWS's own when not given.",
  },
  objectsRegion: {
    kind: 'text',
    default: 'us-east-1',
    sample: 'REGION',
    meaning: 'The region that its requests are signed for.',
  },
  objectsAccessKeyId: {
    kind: 'text',
    sample: 'KEY',
    meaning:
      'Its access key; else what the AWS SDK finds: variables, profile, role of the machine.',
  },
  objectsSecretAccessKey: {
    kind: 'text',
    sample: 'SECRET',
    secret: true,
    meaning: 'The secret of that key; both or neither.',
  },
  objectsCacheMib: {
    kind: 'number',
    default: 10_240,
    min: 0,
    max: 1_073_741_824,
    sample: 'MIB',
    meaning:
      'Local copies, for queries, of objects that lie in another S3 or on another disk, MiB at most.',
  },
  sendfileMib: {
    kind: 'number',
    default: 1,
    min: 0,
    max: 1_048_576,
    sample: 'MIB',
    meaning:
      'Objects, and ranges, of so many MiB and more are sent by the system (sendfile) without being read, where that can be done; 0: none are.',
  },
  coldObjects: {
    kind: 'text',
    sample: 'PLACE',
    pattern: /^(?!s3:)|^s3:\/\/[a-z0-9][a-z0-9.-]+[a-z0-9](\/.*)?$/,
    patternMeaning: 'a folder, s3://bucket or s3://bucket/prefix',
    meaning:
      'A second place, folder or s3://bucket/prefix, for objects of the infrequent and archive classes.',
  },
  coldObjectsEndpoint: {
    kind: 'text',
    sample: 'URL',
    pattern: /^https?:\/\/\S+$/,
    patternMeaning: 'a URL such as https://s3.example.com',
    meaning: "Where the S3 of the second place is; AWS's own when not given.",
  },
  coldObjectsRegion: {
    kind: 'text',
    default: 'us-east-1',
    sample: 'REGION',
    meaning: 'The region that its requests are signed for.',
  },
  coldObjectsAccessKeyId: {
    kind: 'text',
    sample: 'KEY',
    meaning: 'Its access key; else what the AWS SDK finds.',
  },
  coldObjectsSecretAccessKey: {
    kind: 'text',
    sample: 'SECRET',
    secret: true,
    meaning: 'The secret of that key; both or neither.',
  },
  awsQuotas: {
    kind: 'flag',
    default: false,
    meaning:
      "Enforce AWS's limits on throughput and calls (Kinesis, Firehose), for tests of programs that must live with them.",
  },
  repair: {
    kind: 'flag',
    default: false,
    meaning:
      'Of fsck: move bytes that no object names to objects/quarantine in the data folder, and mend what can be made anew.',
  },
  inBucket: {
    kind: 'text',
    sample: 'BUCKET',
    meaning: 'Of zones: make the zones prefixes of this bucket, instead of a bucket each.',
  },
  kmsKey: {
    kind: 'text',
    sample: 'KEY',
    meaning:
      'Of zones: encrypt with this KMS key (id, ARN or alias), instead of the key of the lake.',
  },
  logLevel: {
    kind: 'text',
    default: 'info',
    choices: logLevels,
    sample: 'LEVEL',
    meaning: 'How much is logged to stderr.',
  },
} as const satisfies Record<string, OptionSpec>

export type OptionName = keyof typeof options

export interface Config {
  readonly dataDir: string
  readonly host: string
  readonly port: number
  readonly tlsCert: string | undefined
  readonly tlsKey: string | undefined
  readonly allowPlaintext: boolean
  readonly accountId: string
  readonly region: string
  readonly rootAccessKeyId: string | undefined
  readonly rootSecretAccessKey: string | undefined
  readonly ephemeral: boolean
  readonly engineProcesses: number
  readonly engineMemoryMib: number
  readonly engineSpillMib: number
  readonly resultMetadata: boolean
  readonly functionProcesses: number
  readonly diskReserveMib: number
  readonly encryptObjects: boolean
  readonly objects: string | undefined
  readonly objectsEndpoint: string | undefined
  readonly objectsRegion: string
  readonly objectsAccessKeyId: string | undefined
  readonly objectsSecretAccessKey: string | undefined
  readonly objectsCacheMib: number
  readonly sendfileMib: number
  readonly coldObjects: string | undefined
  readonly coldObjectsEndpoint: string | undefined
  readonly coldObjectsRegion: string
  readonly coldObjectsAccessKeyId: string | undefined
  readonly coldObjectsSecretAccessKey: string | undefined
  readonly awsQuotas: boolean
  readonly repair: boolean
  readonly inBucket: string | undefined
  readonly kmsKey: string | undefined
  readonly logLevel: (typeof logLevels)[number]
}

/** `dataDir` -> `data-dir`. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** `dataDir` -> `BOATHOUSE_DATA_DIR`. */
export function variableOf(name: string): string {
  return `BOATHOUSE_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}
