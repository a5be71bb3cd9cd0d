import { crc32 } from 'node:zlib';

/** How a line ends: the checksum (CRC-32) of the JSON object without it, in hexadecimal digits. */
const CHECKSUM = /^,"crc":"([\da-f]{8})"\}$/;
const CHECKSUM_LENGTH = ',"crc":"00000000"}'.length;
/** The end of a line whose checksum itself is damaged. No record without a checksum ends like this. */
const DAMAGED_CHECKSUM = /:"[^"]{8}"\}$/;

/** An object that is not empty as a line of JSON with its checksum, without the line's end. */
export function toCheckedLine(record: object): string {
  const json = JSON.stringify(record);
  return `${json.slice(0, -1)},"crc":"${formatChecksum(json)}"}`;
}

/** The object in a line; a line without a checksum, as other tools write it, is taken as it is. @throws SyntaxError if the line is damaged */
export function parseCheckedLine(line: string): unknown {
  const checksum = CHECKSUM.exec(line.slice(-CHECKSUM_LENGTH))?.[1];
  const json = checksum === undefined ? line : `${line.slice(0, -CHECKSUM_LENGTH)}}`;
  const isWhole = checksum === undefined ? !DAMAGED_CHECKSUM.test(line.slice(-40)) : checksum === formatChecksum(json);
  if (!isWhole) throw new SyntaxError('the checksum does not match');
  return JSON.parse(json);
}

const formatChecksum = (text: string): string => crc32(text).toString(16).padStart(8, '0');
