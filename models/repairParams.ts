/** Each repair of a reply is sampled at a temperature so much higher, up to the largest one that endpoints take. */
const REPAIR_TEMPERATURE_STEP = 0.5;
const MAX_TEMPERATURE = 2;

/** The temperature of a request that repairs a reply; nothing if none is sent. */
export const toRepairParams = (
  { temperature }: { temperature?: number | null },
  repair = 0,
  maxTemperature = MAX_TEMPERATURE,
): { temperature?: number } =>
  repair > 0 && typeof temperature === 'number'
    ? { temperature: Math.min(maxTemperature, temperature + REPAIR_TEMPERATURE_STEP * repair) }
    : {};
