import { defineErrors } from '#kit'

export const MaintenanceErrors = defineErrors('processing/maintenance', {
  OptimizerNotFound: {
    kind: 'notFound',
    remedy: 'Create the table optimizer of this type first.',
  },
  OptimizerExists: {
    kind: 'conflict',
    remedy: 'The table has an optimizer of this type: update it.',
  },
  InvalidMaintenance: {
    kind: 'invalid',
    remedy: 'The message names the setting or the property that is out of its bounds.',
  },
  OptimizerRefused: {
    kind: 'denied',
    remedy:
      "Let the table optimizer's role do what the message names, and let glue.amazonaws.com assume it.",
  },
  MaintenanceRefused: {
    kind: 'invalid',
    remedy:
      'The message says why files must not be removed: the table says gc.enabled = false, or another table lies in the same folder.',
  },
})
