import { flagOf, options, variableOf, type OptionName, type OptionSpec } from './options.ts'

/** The options part of `--help`, from their one declaration. */
export function optionsHelp(names: readonly OptionName[]): string {
  const lines = names.map((name) => {
    const spec: OptionSpec = options[name]
    const flag = spec.kind === 'flag' ? `--${flagOf(name)}` : `--${flagOf(name)} ${spec.sample}`
    const fallback =
      spec.default === undefined || spec.kind === 'flag' ? '' : ` (default ${spec.default})`
    return `  ${flag.padEnd(34)} ${spec.meaning}${fallback}`
  })
  lines.push(`  ${'-h, --help'.padEnd(34)} Show this.`)
  return lines.join('\n')
}

/** docs/reference/config.md. */
export function optionsReference(): string {
  const rows = (Object.entries(options) as [OptionName, OptionSpec][]).map(
    ([name, spec]) =>
      `| \`--${flagOf(name)}\` | \`${variableOf(name)}\` | ${spec.default === undefined ? '' : `\`${spec.default}\``} | ${spec.meaning} |`,
  )
  return `# Options

Generated from \`src/config/options.ts\` by \`npm run docs\`. A flag wins over its variable, a variable over the default.

| flag | variable | default | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}
