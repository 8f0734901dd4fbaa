import type { Command, Terminal } from '../command.ts'
import { CliErrors, rootCredentials, runningServer } from '../lake-address.ts'
import type { Target } from '../zones/apply.ts'
import { layoutOf, zones as all } from '../zones/layout.ts'

const nameForm = /^[a-z0-9][a-z0-9-]{1,50}[a-z0-9]$/

/** The zones of a lake, made or brought up to date in a running server through its own S3. */
export const zones: Command = {
  name: 'zones',
  usage: 'create <name> | list',
  meaning:
    'Lay a lake out in zones: buckets with the encryption, versions, lifecycle and tags of each.',
  more: `  boathouse zones create sales

makes the buckets ${all.map((zone) => `sales-${zone.name}`).join(', ')}:

${all.map((zone) => `  ${zone.name.padEnd(8)} ${zone.meaning}`).join('\n')}

With --in-bucket they are prefixes of one bucket: landing/, raw/, trusted/, curated/.
Called again it changes nothing that is right already, and leaves other rules and tags of the buckets alone.
'boathouse zones list' shows the buckets of an account that are zones.`,
  options: ['dataDir', 'accountId', 'region', 'inBucket', 'kmsKey'],
  run: async ({ config, words, terminal, server }) => {
    const [verb, name] = words
    const wellFormed =
      verb === 'list' ? words.length === 1 : verb === 'create' && words.length === 2
    if (!wellFormed) {
      terminal.err("boathouse zones: say 'zones create <name>' or 'zones list'\n")
      return 2
    }
    if (verb === 'create' && !nameForm.test(name!)) {
      terminal.err(
        `boathouse zones: a name has 3 to 52 lower-case letters, digits and hyphens, not '${name}'\n`,
      )
      return 2
    }
    const credentials = await rootCredentials(config, server)
    const running = await runningServer(config)
    if (!running)
      throw CliErrors.NotRunning("the server is not running: start it with 'boathouse up'")
    const sdk = await import('@aws-sdk/client-s3')
    const { region, kmsKey } = config
    const s3 = new sdk.S3Client({
      endpoint: running.endpoint!,
      region,
      credentials,
      forcePathStyle: true,
    })
    try {
      if (verb === 'list') await list({ sdk, s3, region }, terminal)
      else await create({ sdk, s3, region, kmsKey }, terminal, name!, config.inBucket)
      return 0
    } catch (error) {
      if (error instanceof sdk.S3ServiceException) throw CliErrors.Refused(error.message, {}, error)
      throw error
    } finally {
      s3.destroy()
    }
  },
}

async function create(
  target: Target,
  terminal: Terminal,
  lake: string,
  inBucket: string | undefined,
): Promise<void> {
  const { applyTo } = await import('../zones/apply.ts')
  for (const zoned of layoutOf(lake, inBucket)) {
    const done = await applyTo(target, zoned)
    const what =
      done.length === 0
        ? 'unchanged'
        : done[0] === 'created'
          ? 'created'
          : `changed: ${done.join(', ')}`
    terminal.out(`${zoned.bucket} ${what}\n`)
  }
}

async function list({ sdk, s3 }: Target, terminal: Terminal): Promise<void> {
  for await (const { Buckets = [] } of sdk.paginateListBuckets({ client: s3 }, {})) {
    for (const { Name: Bucket } of Buckets) {
      const found = await s3
        .send(new sdk.GetBucketTaggingCommand({ Bucket }))
        .catch((error: unknown) => {
          if ((error as Error).name === 'NoSuchTagSet') return undefined
          throw error
        })
      const tags = new Map((found?.TagSet ?? []).map(({ Key, Value }) => [Key, Value]))
      const zone = tags.get('zone') ?? tags.get('zones')
      const lake = tags.get('lake')
      if (lake !== undefined && zone !== undefined) terminal.out(`${lake}  ${zone}  ${Bucket}\n`)
    }
  }
}
