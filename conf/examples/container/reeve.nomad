# The container in Nomad. Nomad is the supervisor above the root; see README.
job "tick" {
  group "tick" {
    # When the root gives up, the container is started again here, three times
    # in ten minutes. After that the job goes to another machine.
    restart {
      attempts = 3
      interval = "10m"
      delay    = "15s"
      mode     = "fail"
    }

    task "tick" {
      driver = "docker"

      config {
        image = "registry.example/tick:1"
      }

      # More than shutdown_timeout in reeve.conf.
      kill_timeout = "30s"

      service {
        provider = "nomad"

        check {
          type     = "script"
          command  = "/usr/bin/reevectl"
          args     = ["ping"]
          interval = "10s"
          timeout  = "3s"

          # If it does not answer, end it and start it again.
          check_restart {
            limit = 3
            grace = "30s"
          }
        }
      }
    }
  }
}
