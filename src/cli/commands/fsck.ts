import type { Command } from '../command.ts'

/** Status 0 when every object can be read as it was written, else 1. Bytes that no object names do no harm: they are told of. */
export const fsck: Command = {
  name: 'fsck',
  usage: '[--repair]',
  meaning: 'Read every object of a stopped server, and say what is damaged, missing or left over.',
  more: `Nothing is changed without --repair. With it, what no object names is moved to objects/quarantine, wrong figures of
buckets are counted anew, and restored copies of archived objects are made again at the next start.
Other damaged and missing bytes can only come from a backup. Give the --objects and --cold-objects of the server.`,
  options: [
    'dataDir',
    'objects',
    'objectsEndpoint',
    'objectsRegion',
    'objectsAccessKeyId',
    'objectsSecretAccessKey',
    'objectsCacheMib',
    'coldObjects',
    'coldObjectsEndpoint',
    'coldObjectsRegion',
    'coldObjectsAccessKeyId',
    'coldObjectsSecretAccessKey',
    'repair',
  ],
  run: async ({ config, terminal, server }) => {
    const { checkObjects } = await server()
    const found = await checkObjects(config, (line) => terminal.out(`${line}\n`))
    const { orphaned, missing, corrupt } = found
    terminal.out(
      `${found.blobs} blobs, ${found.checkedBytes} bytes read: ${corrupt} corrupt, ${missing} missing, ${orphaned} orphaned${config.repair && orphaned > 0 ? ' (in quarantine)' : ''}, ${found.unchecked} without a checksum, ${found.miscounted} buckets miscounted${config.repair && found.miscounted > 0 ? ' (now right)' : ''}\n`,
    )
    return corrupt + missing > 0 ? 1 : 0
  },
}
