import { ScheduleAlreadyRunning, ScheduleNotFoundError } from '@temporalio/client';
import type { ScheduleClient, ScheduleOptions } from '@temporalio/client';

/** Makes a schedule, or changes the one that is there; whether it is paused, and why, stays as people left it. */
export async function putSchedule(schedules: ScheduleClient, schedule: ScheduleOptions): Promise<void> {
  const { scheduleId, state, ...rest } = schedule;
  try {
    await schedules.create(schedule);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { paused, note } = (await schedules.getHandle(scheduleId).describe()).state;
    await schedules.getHandle(scheduleId).update(() => ({
      ...rest,
      state: { ...state, paused, ...(note === undefined ? {} : { note }) },
    }));
  }
}

/** Takes a schedule away. False when there is none. */
export async function removeSchedule(schedules: ScheduleClient, scheduleId: string): Promise<boolean> {
  try {
    await schedules.getHandle(scheduleId).delete();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}
