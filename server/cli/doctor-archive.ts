/** What `park doctor` says of the archive: where it lies, how far it reaches, whether its storage answers. */
import { readCatalogue } from '../../stream/archive/blob-archive.ts';
import { archiveFolderOf, openArchive } from '../archive-place.ts';
import type { Config } from '../config.ts';
import type { Finding } from './doctor-checks.ts';

export async function checkArchive(config: Config): Promise<Finding> {
  const subject = 'archive';
  try {
    const blobs = openArchive(config);
    if (blobs === null) return { subject, state: 'ok', detail: 'off (PARK_ARCHIVE is none)' };
    const { segments, snapshots } = await readCatalogue(blobs);
    const s3 = config.archive?.kind === 's3' ? `bucket ${config.archive.bucket}` : '';
    const place = archiveFolderOf(config) ?? s3;
    const newest = segments.reduce((latest, file) => Math.max(latest, file.toMs), 0);
    if (newest === 0) return { subject, state: 'unknown', detail: `nothing archived yet at ${place}` };
    const bytes = segments.reduce((sum, file) => sum + file.bytes, 0);
    const reach = `${new Date(segments[0]?.fromMs ?? 0).toISOString()} to ${new Date(newest).toISOString()}`;
    const size = `${segments.length} segments, ${(bytes / 1e6).toFixed(1)} MB, ${snapshots.length} snapshots`;
    return { subject, state: 'ok', detail: `${reach}, ${size}, at ${place}` };
  } catch (error) {
    return { subject, state: 'wrong', detail: error instanceof Error ? error.message : String(error) };
  }
}
