"""The daemon: what keeps the use cases going for months, whatever the clock, the disk, the network and the operator do.

`schedule` is its life; `timetable` knows APScheduler, `planning` when sources are to be checked, `missing` what was not, `worker`
understands and delivers, `timekeeping` watches the clock, `troubles` what passes, `reloading` the configuration, `companions` what
lives beside it, `supervision` what the service manager is told.
"""
