import { parseArgs } from 'node:util'
import { ConfigErrors } from './errors.ts'
import {
  flagOf,
  options,
  variableOf,
  type Config,
  type OptionName,
  type OptionSpec,
} from './options.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface Loaded {
  readonly config: Config
  /** Words that are no options. */
  readonly positionals: readonly string[]
  readonly help: boolean
}

/**
 * The configuration from flags, else environment variables, else defaults. `names` are the options
 * that this command takes. Errors: `BadOption`, naming what is wrong.
 */
export function loadConfig(
  argv: readonly string[],
  environment: Environment = process.env,
  names: readonly OptionName[] = Object.keys(options) as OptionName[],
): Loaded {
  const parsed = parseFlags(argv, names)
  const values: Record<string, unknown> = {}
  for (const [name, spec] of Object.entries(options) as [OptionName, OptionSpec][]) {
    const flag = parsed.values[flagOf(name)]
    const variable = environment[variableOf(name)]
    if (flag !== undefined) values[name] = convert(`--${flagOf(name)}`, flag, spec)
    else if (variable !== undefined && variable !== '') {
      values[name] = convert(variableOf(name), variable, spec)
    } else values[name] = spec.default
  }
  const config = values as unknown as Config
  check(config)
  return { config, positionals: parsed.positionals, help: parsed.values.help === true }
}

/** The configuration with every default and nothing from outside; for tests and tools. */
export function defaultConfig(overrides: Partial<Config> = {}): Config {
  return { ...loadConfig([], {}).config, ...overrides }
}

function parseFlags(argv: readonly string[], names: readonly OptionName[]) {
  const flags: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    help: { type: 'boolean', short: 'h' },
  }
  for (const name of names) {
    flags[flagOf(name)] = { type: options[name].kind === 'flag' ? 'boolean' : 'string' }
  }
  try {
    return parseArgs({ args: [...argv], options: flags, allowPositionals: true })
  } catch (error) {
    throw ConfigErrors.BadOption((error as Error).message)
  }
}

function convert(from: string, value: string | boolean, spec: OptionSpec): unknown {
  if (spec.kind === 'flag') {
    if (value === true || value === 'true' || value === '1') return true
    if (value === false || value === 'false' || value === '0') return false
    throw ConfigErrors.BadOption(`${from} is true or false, not '${value}'`)
  }
  const text = String(value)
  if (spec.kind === 'number') {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
    const min = spec.min ?? 0
    const max = spec.max ?? Number.MAX_SAFE_INTEGER
    if (!(number >= min && number <= max)) {
      throw ConfigErrors.BadOption(`${from} is a whole number from ${min} to ${max}, not '${text}'`)
    }
    return number
  }
  const shown = spec.secret ? '' : `, not '${text}'`
  if (spec.choices && !spec.choices.includes(text)) {
    throw ConfigErrors.BadOption(`${from} is one of ${spec.choices.join(', ')}${shown}`)
  }
  if (spec.pattern && !spec.pattern.test(text)) {
    throw ConfigErrors.BadOption(`${from} must be ${spec.patternMeaning}${shown}`)
  }
  return text
}

function check(config: Config): void {
  if (Boolean(config.tlsCert) !== Boolean(config.tlsKey)) {
    throw ConfigErrors.BadOption('--tls-cert and --tls-key go together')
  }
  if (Boolean(config.rootAccessKeyId) !== Boolean(config.rootSecretAccessKey)) {
    throw ConfigErrors.BadOption(
      'BOATHOUSE_ROOT_ACCESS_KEY_ID and BOATHOUSE_ROOT_SECRET_ACCESS_KEY go together',
    )
  }
  for (const [key, secret] of [
    ['objectsAccessKeyId', 'objectsSecretAccessKey'],
    ['coldObjectsAccessKeyId', 'coldObjectsSecretAccessKey'],
  ] as const) {
    if (Boolean(config[key]) !== Boolean(config[secret])) {
      throw ConfigErrors.BadOption(`--${flagOf(key)} and --${flagOf(secret)} go together`)
    }
  }
  if (config.ephemeral && (config.objects !== undefined || config.coldObjects !== undefined)) {
    throw ConfigErrors.BadOption(
      '--ephemeral keeps everything in its temporary folder: it goes with neither --objects nor --cold-objects',
    )
  }
  if (!isLoopback(config.host) && !config.tlsCert && !config.allowPlaintext) {
    throw ConfigErrors.BadOption(
      `--host ${config.host} can be reached from outside: give --tls-cert and --tls-key, or --allow-plaintext`,
    )
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)
}
