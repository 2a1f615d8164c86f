# The container in Nomad, which is the supervisor above; see README.
job "tick" {
  group "tick" {
    # The root gives up: the container is started again here, three times in
    # ten minutes; then the job goes to another machine.
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

          # Ended and started again, if it does not answer.
          check_restart {
            limit = 3
            grace = "30s"
          }
        }
      }
    }
  }
}
