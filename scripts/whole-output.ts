// For `node --import`, before test files: whatever is written to stdout is written when the call returns. A test file's process tells its
// runner how its tests ended through a socket, which Node writes to later; one that is forced to end (--test-force-exit) while much waits
// there would lose it.
const { _handle: handle } = process.stdout as unknown as {
  readonly _handle?: { setBlocking?(blocking: boolean): number }
}
handle?.setBlocking?.(true)
